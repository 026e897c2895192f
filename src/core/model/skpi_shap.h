/*
 * Exact Shapley values of one tree (Lundberg, Erion & Lee 2018): what a value
 * adds, averaged over all orders in which values could become known, where an
 * unknown one sends a row both ways by the shares of the training rows.
 */
#ifndef SKPI_SHAP_H
#define SKPI_SHAP_H

#include "skpi_model.h"

/* Adds the mean of the tree to *base and the parts of x to out[]; those sum to
 * the leaf's value.  The tree must be sound. */
void skpi_shap_add(const skpi_node *tree, const double *x, double *base,
				   double *out);

#endif
