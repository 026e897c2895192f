/* What the codes of trade.h are called in the files. */
#include "trade.h"

const char *const order_status_names[] = {
	"completed", "cancelled",  "",          "lost in post", "2",
	"booked",    "Completed ", "CANCELLED", "cOmpleted",
};

const char *const order_channel_names[ORDER_CHANNELS] = {
	"Web",
	"Mobile",
	"Phone",
	"Partner",
};

const char *const region_names[REGIONS] = {"Americas", "EMEA", "APAC"};

const char *const stage_names[] = {
	"Lead",        "Qualified", "Proposal", "Negotiation", "Closed Won",
	"Closed Lost", "",          "Demo",     "Stage 4",     "Won?",
};

const char *const deal_kinds[DEAL_KINDS] = {
	"First contract",
	"Expansion",
	"Renewal",
	"Training",
};
