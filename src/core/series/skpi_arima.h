/*
 * Seasonal ARIMA(p,d,q)(P,D,Q)[m] models (Box and Jenkins 1970):
 *   phi(B) Phi(B^m) (w_t - mean) = theta(B) Theta(B^m) e_t,
 *   w_t = (1 - B)^d (1 - B^m)^D y_t,
 * with phi(B) = 1 - phi_1 B - ..., theta(B) = 1 + theta_1 B + ...
 *
 * The mean of w is the intercept when d + D = 0 and the drift (per step for
 * D = 0, per season for D = 1) when d + D = 1; it is fitted by generalised
 * least squares inside the likelihood.  The likelihood is exact, that of w
 * under a stationary start; a first fit minimises the conditional sum of
 * squares.  Series are y[0 .. n-1], finite, oldest first, |y| <=
 * SKPI_VALUE_MAX.  Memory belongs to the caller and nothing is allocated.
 * Outputs are written on SKPI_OK only.
 */
#ifndef SKPI_ARIMA_H
#define SKPI_ARIMA_H

#include "skpi_array.h"

#define SKPI_ARIMA_MAX_ORDER 5    /* p, q */
#define SKPI_ARIMA_MAX_SEASONAL 2 /* P, Q */
#define SKPI_ARIMA_MAX_D 2
#define SKPI_ARIMA_MAX_SEASONAL_D 1
#define SKPI_ARIMA_COEFS 14      /* p + q + P + Q at most */
#define SKPI_ARIMA_MAX_MODELS 16 /* most one search hands back */

/*
 * The max_d that forecasts best: a second ordinary difference lets the slope
 * wander.  One difference against two, mean MASE at a rolling origin inside
 * the training parts of 881 M3, M4, tourism and retail series: monthly .936
 * against .993, quarterly 1.084 / 1.095, yearly 1.833 / 1.935, weekly with
 * season 52 2.169 / 2.397 (models averaged as in skpi_arima_average).
 */
#define SKPI_ARIMA_GOOD_D 1

typedef struct skpi_arima_spec
{
	int p, d, q;    /* orders at lag 1, 2, ... */
	int sp, sd, sq; /* orders at lag m, 2 m */
	int period;     /* m in 1 .. SKPI_SEASON_MAX; 1 when there is no season */
	bool mean;      /* a mean of w; only with d + sd <= 1 */
} skpi_arima_spec;

typedef struct skpi_arima_model
{
	skpi_arima_spec spec;
	double coef[SKPI_ARIMA_COEFS]; /* phi, theta, Phi, Theta */
	double mean;                   /* of w; 0 without */
	double sigma2; /* sum of squared scaled innovations / (n_used - coefs) */
	double loglik; /* exact, all constants included */
	double aicc;   /* the innovation variance counts as a parameter */
	int n_used;    /* n - d - m sd */
} skpi_arima_model;

/* Doubles of working space for any call on n values of that period. */
size_t skpi_arima_work(size_t n, int period);

/*
 * Exact log-likelihood at the coefficients in model->coef; the mean is
 * fitted when fit_mean, else model->mean is taken.  Fills the remaining
 * members.  SKPI_E_RANGE: orders out of bounds, a process that is not
 * stationary or not invertible (roots on the unit circle included);
 * SKPI_E_SHORT: n_used < coefs + 3; SKPI_E_NUMERIC: w has no variance.
 */
skpi_status skpi_arima_evaluate(const double *y, size_t n, bool fit_mean,
								skpi_stop_fn stop, void *stop_arg, double *work,
								skpi_arima_model *model);

/* Maximum likelihood for given orders. */
skpi_status skpi_arima_fit(const double *y, size_t n,
						   const skpi_arima_spec *spec, skpi_stop_fn stop,
						   void *stop_arg, double *work,
						   skpi_arima_model *model);

/*
 * Automatic orders: differencing as in skpi_arima_differencing with max_d,
 * then the stepwise search of Hyndman and Khandakar (2008) by AICc, p, q <= 5,
 * P, Q <= 2; models with a root inside radius 1.01 are passed over.  Hands
 * back the best *count <= room models met, best first (room in 1 ..
 * SKPI_ARIMA_MAX_MODELS); the first is fitted to the last digit, the others
 * to about .02 in AICc.  SKPI_E_SHORT below 4 values.  Where differencing
 * leaves no variation there is one model, without coefficients, of sigma2,
 * loglik and aicc 0.
 */
skpi_status skpi_arima_search(const double *y, size_t n, int period, int max_d,
							  skpi_stop_fn stop, void *stop_arg, double *work,
							  skpi_arima_model *models, int room, int *count);

/* The best model alone. */
skpi_status skpi_arima_auto(const double *y, size_t n, int period, int max_d,
							skpi_stop_fn stop, void *stop_arg, double *work,
							skpi_arima_model *model);

/*
 * Point forecasts and their variances for steps 1 .. h, the coefficients
 * taken as known.  y must be the series the model was fitted on (or one that
 * continues it).  h in 1 .. SKPI_HORIZON_MAX.
 */
skpi_status skpi_arima_forecast(const double *y, size_t n,
								const skpi_arima_model *model, int h,
								skpi_stop_fn stop, void *stop_arg, double *work,
								double *point, double *variance);

/*
 * Forecasts averaged over the models of one search with weights
 * exp(-(aicc - best) / 2); the variance is that of the mixture, so it holds
 * the doubt between models too.  At the rolling origin named above 16 models
 * against the best one gave a MASE of .936 / .948 monthly, 1.084 / 1.089
 * quarterly, 1.833 / 1.857 yearly, 2.169 / 2.175 weekly.
 */
skpi_status skpi_arima_average(const double *y, size_t n,
							   const skpi_arima_model *models, int count, int h,
							   skpi_stop_fn stop, void *stop_arg, double *work,
							   double *point, double *variance);

/*
 * One-step forecasts inside the sample: fitted[t] for t >= d + m sd, scale[t]
 * the standard deviation in units of sqrt(sigma2) (1 or a little more); NaN
 * before.
 */
skpi_status skpi_arima_one_step(const double *y, size_t n,
								const skpi_arima_model *model,
								skpi_stop_fn stop, void *stop_arg, double *work,
								double *fitted, double *scale);

/*
 * KPSS statistic for level stationarity (Kwiatkowski, Phillips, Schmidt and
 * Shin 1992) with Bartlett weights up to lag trunc(3 sqrt(n) / 13); NaN for
 * a constant series.  The 5 % critical value is 0.463.
 */
double skpi_kpss(const double *y, size_t n);

/*
 * Differences to take: sd = 1 where the seasonal strength of a non-robust
 * STL (window 11) exceeds 0.64, then d <= max_d by repeated KPSS tests at
 * 5 %.  max_d in 0 .. SKPI_ARIMA_MAX_D.
 */
skpi_status skpi_arima_differencing(const double *y, size_t n, int period,
									int max_d, skpi_stop_fn stop,
									void *stop_arg, double *work, int *d,
									int *sd);

#endif
