/* What the codes of life.h are called in the files. */
#include "life.h"

const char *const segment_names[] = {
	"SMB", "Mid-Market", "Enterprise", "", "Startup", "Nonprofit", "Tier 4",
};

const char *const channel_names[] = {
	"Paid Ads",  "Referral",       "Organic", "Partner",
	"Billboard", "Carrier Pigeon", "n/a",
};

const char *const plan_names[] = {
	"Basic", "Pro", "Enterprise", "", "Premium", "Starter", "Legacy 2019",
};

const char *const status_names[] = {
	"Success", "Failed", "", "Pending", "Disputed", "OK",
};

const char *const event_names[] = {
	"signup",           "login",
	"session_end",      "feature_A_used",
	"feature_B_used",   "profile_update",
	"search_performed", "help_accessed",
	"error_occurred",   "subscription_cancelled",
	"plan_upgraded",    "",
	"log_in",           "feature_C_used",
	"sign-up",
};

const char *const country_names[] = {
	"US", "GB", "DE", "FR", "CA", "AU", "NL", "ES", "BR", "IN", "SE", "JP", "",
};
