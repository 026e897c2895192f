# saaskpi: build with PGXS.  The version stands in saaskpi.control only.
EXTENSION = saaskpi
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(srcdir)/saaskpi.control)
MODULE_big = saaskpi
srcdir ?= $(patsubst %/,%,$(dir $(firstword $(MAKEFILE_LIST))))
# PGXS does so only for a server that was itself built out of its source.
ifneq ($(srcdir),.)
VPATH := $(srcdir)
endif

# Each may use those before it.
CORE = base state series model
CORE_DIRS = $(CORE:%=$(srcdir)/src/core/%)
CORE_SRC = $(sort $(wildcard $(CORE_DIRS:%=%/*.c)))
PG_SRC = $(sort $(wildcard $(srcdir)/src/pg/*.c))
OBJS = $(patsubst $(srcdir)/%.c,%.o,$(CORE_SRC) $(PG_SRC))

# The install script and that from the last release to this one: parts in the
# order of their names, with the texts they ask for.  Scripts of releases are
# kept as they were, so that their databases can be restored and updated.
SCRIPT = sql/saaskpi--$(EXTVERSION).sql
UPGRADES = $(patsubst $(srcdir)/sql/upgrade/%/,sql/saaskpi--%.sql,$(wildcard $(srcdir)/sql/upgrade/*/))
TEMPLATES = $(srcdir)/script/expand.awk $(wildcard $(srcdir)/sql/template/*.sql)
EXPAND = awk -v sql=$(srcdir)/sql -f $(srcdir)/script/expand.awk
DATA = $(addprefix sql/released/,$(notdir $(wildcard $(srcdir)/sql/released/*.sql)))
DATA_built = $(SCRIPT) $(UPGRADES)
EXTRA_CLEAN = $(DATA_built) build

# What all of them need comes first; each by itself needs nothing else.
REGRESS ?= $(shell cat $(srcdir)/sql/order)
override REGRESS := setup $(filter-out setup,$(REGRESS))
REGRESS_OPTS = --inputdir=$(srcdir)

PG_CONFIG ?= pg_config
GSL_CONFIG ?= gsl-config
# Bitcode would double the build for functions that are never inlined.
override with_llvm := no

# Hidden by default: only what the server calls is exported.  No contraction
# of a*b+c, so that a number is the same bits on every machine.
PG_CPPFLAGS = $(CORE_DIRS:%=-I%) $(shell $(GSL_CONFIG) --cflags)
PG_CFLAGS = -fvisibility=hidden -ffp-contract=off -Werror=implicit-function-declaration
# Loops of independent elements, so vectors give the same bits.
src/core/series/skpi_arima_filter.o src/core/model/skpi_logistic_pass.o: CFLAGS += -O3
SHLIB_LINK = $(shell $(GSL_CONFIG) --libs)

PGXS := $(shell $(PG_CONFIG) --pgxs)
ifeq ($(PGXS),)
$(error no pg_config found: install postgresql-server-dev-NN, or name it with PG_CONFIG=...)
endif
include $(PGXS)

ifeq ($(filter-out 9.% 10 11 12 13 14,$(firstword $(subst ., ,$(VERSION)))),)
$(error saaskpi needs PostgreSQL 15 or newer, and $(PG_CONFIG) is of $(VERSION))
endif

parts_of = $(sort $(wildcard $(srcdir)/sql/$(1)/*.sql))
.DELETE_ON_ERROR:
.SECONDEXPANSION:
$(SCRIPT): $(call parts_of,install) $(TEMPLATES) $(srcdir)/sql/install $(srcdir)/saaskpi.control
	@mkdir -p $(@D)
	$(EXPAND) $(call parts_of,install) > $@
$(UPGRADES): sql/saaskpi--%.sql: $$(call parts_of,upgrade/$$*) $(call parts_of,install) $(TEMPLATES)
	@mkdir -p $(@D)
	$(EXPAND) $(call parts_of,upgrade/$*) > $@

$(OBJS): $(wildcard $(CORE_DIRS:%=%/*.h) $(srcdir)/src/pg/*.h) | objdirs
.PHONY: objdirs
objdirs:
	@mkdir -p $(CORE:%=src/core/%) src/pg

.PHONY: generator check-core sanitize check-structure prove_installcheck servers oracle image retail lifetime segments churn fuzz format check-format reference dashboards superset-check pictures bench dist
generator:
	$(MAKE) -C $(srcdir)/generator

# The core alone, without a server, by both compilers; and once more with the
# sanitizers of both, which takes longer than ./test.sh has time for.
check-core:
	$(srcdir)/test/unit/run.sh

sanitize:
	SANITIZED='gcc clang' $(srcdir)/test/unit/run.sh

# One-way dependencies, one stem per domain, only known names exported.
check-structure: all
	$(srcdir)/test/structure.sh $(MODULE_big)$(DLSUFFIX)

prove_installcheck:
	$(srcdir)/test/prove.sh

# ./test.sh with every major version of PostgreSQL, each in its own Debian tree:
# make servers SERVERS="17 18"
servers:
	$(srcdir)/test/servers.sh $(SERVERS)

# The oracle on many more data sets than ./test.sh takes time for.
oracle:
	ORACLE_SEEDS=500 ORACLE_PARALLEL=5 prove $(srcdir)/test/t/040_oracle.pl

# The steps of docker/Dockerfile in bare Debian trees.
image:
	$(srcdir)/test/image.sh

# Sales and buyers of a real shop's invoice lines against plain SQL.
retail:
	$(srcdir)/test/retail.sh

# Survival and lifetime models against published values and those of R.
lifetime:
	$(srcdir)/test/lifetime.sh

# Clusters of public data against published values.
segments:
	$(srcdir)/test/segments.sh

# Who will leave a real shop, judged on months the model had not seen.
churn:
	$(srcdir)/test/churn.sh

# Ten minutes of forged states.
fuzz:
	$(srcdir)/test/fuzz/run.sh 600

format:
	clang-format -i $(srcdir)/src/*/*.[ch] $(srcdir)/src/core/*/*.[ch] $(srcdir)/test/unit/*.[ch] $(srcdir)/generator/*.[ch]

check-format:
	clang-format --dry-run --Werror $(srcdir)/src/*/*.[ch] $(srcdir)/src/core/*/*.[ch] $(srcdir)/test/unit/*.[ch] $(srcdir)/generator/*.[ch]

# The pages of doc that are printed from the catalog of the installed extension.
reference:
	$(srcdir)/test/readme.pl --renew

# Files for Grafana, Metabase and Superset, in build/dashboards:
# make dashboards SCHEMA=acme CURRENCY=USD
SCHEMA = acme
CURRENCY = USD
dashboards:
	$(srcdir)/dashboards/generate.pl --schema '$(SCHEMA)' --currency '$(CURRENCY)'

# The bundle in a real Superset, which pip installs into build.
superset-check:
	$(srcdir)/dashboards/superset/check.sh

# Those of the README, of the same.
pictures:
	$(srcdir)/dashboards/superset/check.sh --readme

bench: generator
	$(srcdir)/bench/run.sh

dist:
	git -C $(srcdir) archive --prefix=saaskpi-$(EXTVERSION)/ -o $(CURDIR)/saaskpi-$(EXTVERSION).zip HEAD
