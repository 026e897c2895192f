# saaskpi: build with PGXS.  The version stands in saaskpi.control only.
EXTENSION = saaskpi
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(srcdir)/saaskpi.control)
MODULE_big = saaskpi
srcdir ?= $(patsubst %/,%,$(dir $(firstword $(MAKEFILE_LIST))))

# Each may use those before it.
CORE = base state series
CORE_DIRS = $(CORE:%=$(srcdir)/src/core/%)
CORE_SRC = $(sort $(wildcard $(CORE_DIRS:%=%/*.c)))
PG_SRC = $(sort $(wildcard $(srcdir)/src/pg/*.c))
OBJS = $(patsubst $(srcdir)/%.c,%.o,$(CORE_SRC) $(PG_SRC))

SCRIPT = sql/saaskpi--$(EXTVERSION).sql
PARTS = $(sort $(wildcard $(srcdir)/sql/install/*.sql))
DATA_built = $(SCRIPT)
EXTRA_CLEAN = $(SCRIPT) build

REGRESS ?= $(shell cat $(srcdir)/sql/order)
REGRESS_OPTS = --inputdir=$(srcdir)

PG_CONFIG ?= pg_config
GSL_CONFIG ?= gsl-config
# Bitcode would double the build for functions that are never inlined.
override with_llvm := no

# Hidden by default: only what the server calls is exported.  No contraction
# of a*b+c, so that a number is the same bits on every machine.
PG_CPPFLAGS = $(CORE_DIRS:%=-I%) $(shell $(GSL_CONFIG) --cflags)
PG_CFLAGS = -fvisibility=hidden -ffp-contract=off
SHLIB_LINK = $(shell $(GSL_CONFIG) --libs)

PGXS := $(shell $(PG_CONFIG) --pgxs)
ifeq ($(PGXS),)
$(error no pg_config found: install postgresql-server-dev-NN, or name it with PG_CONFIG=...)
endif
include $(PGXS)

ifeq ($(filter-out 9.% 10 11 12 13 14,$(firstword $(subst ., ,$(VERSION)))),)
$(error saaskpi needs PostgreSQL 15 or newer, and $(PG_CONFIG) is of $(VERSION))
endif

$(SCRIPT): $(PARTS) $(srcdir)/saaskpi.control
	@mkdir -p $(@D)
	cat $(PARTS) > $@

$(OBJS): $(wildcard $(CORE_DIRS:%=%/*.h) $(srcdir)/src/pg/*.h) | objdirs
.PHONY: objdirs
objdirs:
	@mkdir -p $(CORE:%=src/core/%) src/pg

.PHONY: generator check-core check-structure prove_installcheck oracle fuzz format check-format bench dist
generator:
	$(MAKE) -C $(srcdir)/generator

# The core alone, without a server, under both sanitizers.
check-core:
	$(srcdir)/test/unit/run.sh

# One-way dependencies, one stem per domain, only known names exported.
check-structure: all
	$(srcdir)/test/structure.sh $(MODULE_big)$(DLSUFFIX)

prove_installcheck:
	$(srcdir)/test/prove.sh

# The oracle on many more data sets than ./test.sh takes time for.
oracle:
	ORACLE_SEEDS=500 prove $(srcdir)/test/t/040_oracle.pl

# Ten minutes of forged states.
fuzz:
	$(srcdir)/test/fuzz/run.sh 600

format:
	clang-format -i $(srcdir)/src/*/*.[ch] $(srcdir)/src/core/*/*.[ch] $(srcdir)/test/unit/*.[ch] $(srcdir)/generator/*.[ch]

check-format:
	clang-format --dry-run --Werror $(srcdir)/src/*/*.[ch] $(srcdir)/src/core/*/*.[ch] $(srcdir)/test/unit/*.[ch] $(srcdir)/generator/*.[ch]

bench: generator
	$(srcdir)/bench/run.sh

dist:
	git -C $(srcdir) archive --prefix=saaskpi-$(EXTVERSION)/ -o $(CURDIR)/saaskpi-$(EXTVERSION).zip HEAD
