#include "saaskpi.h"

#include "skpi_logistic.h"

SKPG_FUNCTION(saaskpi_train_logistic);

/* (query, l2) */
Datum
saaskpi_train_logistic(PG_FUNCTION_ARGS)
{
	double l2 = PG_GETARG_FLOAT8(1);
	skpg_training *t;
	skpi_trained *m;
	skpi_logistic fit;
	double *work;
	skpi_status status;

	if (!(l2 >= 0 && l2 <= SKPI_VALUE_MAX))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("l2 must be 0 or more: %g", l2),
				errhint("0 is no penalty, 1 a usual one."));
	t = skpg_training_of(PG_GETARG_TEXT_PP(0), true);
	if (t->p > SKPI_LOGISTIC_FEATURES)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("logistic regression takes %d features, the query has "
					   "%d",
					   SKPI_LOGISTIC_FEATURES, t->p),
				errhint("saaskpi.train_trees() takes up to %d.",
						SKPI_TRAINED_FEATURES));
	m = skpg_new_model(t, SKPI_TRAINED_LOGISTIC, 0, 0);
	work = skpg_allocate(t, skpi_logistic_work(t->p) * sizeof(double));
	status = skpi_logistic_fit(t->x, t->y, t->n, t->p, l2, skpg_stop_training,
							   NULL, work, &fit, skpi_trained_columns(m));
	if (status == SKPI_E_CONVERGE || status == SKPI_E_NUMERIC)
		ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION),
				errmsg("logistic regression did not settle"),
				errhint("Pass a penalty: saaskpi.train_logistic(query, 1)."));
	skpg_check_fit(status, "logistic regression");
	m->base = fit.intercept;
	m->base_error = fit.error;
	m->l2 = fit.l2;
	return skpg_close_model(m);
}
