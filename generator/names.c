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

const char *const country_names[] = {
	"US", "GB", "DE", "FR", "CA", "AU", "NL", "ES", "BR", "IN", "SE", "JP", "",
};
