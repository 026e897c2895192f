\echo Use "CREATE EXTENSION saaskpi" to load this file. \quit

GRANT USAGE ON SCHEMA saaskpi TO PUBLIC;
