/*
 * Lines of truth.json: "name": value within a section, and what follows it.
 */
#ifndef GEN_JSON_H
#define GEN_JSON_H

#include <stdint.h>
#include <stdio.h>

void json_count(FILE *f, const char *name, int64_t value, const char *tail);
void json_money(FILE *f, const char *name, int64_t cents, const char *tail);
void json_share(FILE *f, const char *name, uint32_t ppm, const char *tail);
void json_date(FILE *f, const char *name, int32_t day, const char *tail);

#endif
