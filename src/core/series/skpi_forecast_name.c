#include <stdio.h>
#include <string.h>

#include "skpi_forecast_member.h"

static const char *const words[SKPI_MODELS] = {
	[SKPI_MODEL_AUTO] = "auto",
	[SKPI_MODEL_ETS] = "ets",
	[SKPI_MODEL_AVERAGE] = "ets:average",
	[SKPI_MODEL_THETA] = "theta",
	[SKPI_MODEL_DOTM] = "dotm",
	[SKPI_MODEL_ARIMA] = "arima",
	[SKPI_MODEL_ARIMA_AVERAGE] = "arima:average",
	[SKPI_MODEL_STL] = "stl",
	[SKPI_MODEL_STL_ARIMA] = "stl:arima",
	[SKPI_MODEL_SNAIVE] = "snaive",
	[SKPI_MODEL_NAIVE] = "naive",
	[SKPI_MODEL_DRIFT] = "drift",
	[SKPI_MODEL_SES] = "ses",
	[SKPI_MODEL_HOLT] = "holt",
	[SKPI_MODEL_DAMPED] = "damped",
	[SKPI_MODEL_HW] = "hw",
};

/* Of the forms a series can be forecast with. */
static bool
known_form(skpi_ets_form form)
{
	for (int i = 0; i < SKPI_ETS_FORMS; i++)
	{
		skpi_ets_form f = skpi_ets_form_at(i);

		if (f.error == form.error && f.trend == form.trend &&
			f.season == form.season && f.damped == form.damped)
			return true;
	}
	return false;
}

skpi_status
skpi_member_parse(const char *text, skpi_member *member)
{
	skpi_member found = {.model = SKPI_MODEL_AUTO};

	for (int i = 0; i < SKPI_MODELS; i++)
	{
		if (strcmp(text, words[i]) != 0)
			continue;
		found.model = (skpi_model) i;
		*member = found;
		return SKPI_OK;
	}
	if (strncmp(text, "ets:", 4) != 0 ||
		skpi_ets_form_parse(text + 4, &found.form) != SKPI_OK ||
		!known_form(found.form))
		return SKPI_E_SYNTAX;
	found.model = SKPI_MODEL_ETS;
	found.fixed = true;
	*member = found;
	return SKPI_OK;
}

void
skpi_member_name(const skpi_member *member, char label[SKPI_MODEL_NAME])
{
	char form[SKPI_ETS_NAME];

	if (member->model != SKPI_MODEL_ETS || !member->fixed)
	{
		snprintf(label, SKPI_MODEL_NAME, "%s", words[member->model]);
		return;
	}
	skpi_ets_form_name(member->form, form);
	snprintf(label, SKPI_MODEL_NAME, "ets:%s", form);
}

/* Weights that differ by rounding are equal. */
#define SAME 1e-9

void
skpi_auto_name(const skpi_model *models, const double *weights, int count,
			   char label[SKPI_MODEL_NAME])
{
	double sum[SKPI_MODELS] = {0};
	bool named[SKPI_MODELS] = {false};
	size_t used =
		(size_t) snprintf(label, SKPI_MODEL_NAME, "%s", words[SKPI_MODEL_AUTO]);

	for (int i = 0; i < count; i++)
		sum[models[i]] += weights[i];
	for (;;)
	{
		skpi_model next = SKPI_MODEL_AUTO;
		int left;

		for (int i = 0; i < count; i++)
			if (!named[models[i]] &&
				(next == SKPI_MODEL_AUTO || sum[models[i]] > sum[next] + SAME))
				next = models[i];
		if (next == SKPI_MODEL_AUTO)
			break;
		named[next] = true;
		left = (int) (SKPI_MODEL_NAME - used);
		/* room for the bracket and the zero, too */
		if (left < (int) strlen(words[next]) + 4)
			break;
		used +=
			(size_t) snprintf(label + used, (size_t) left, "%s%s",
							  used == strlen("auto") ? "(" : ", ", words[next]);
	}
	if (used > strlen("auto"))
		snprintf(label + used, SKPI_MODEL_NAME - used, ")");
}
