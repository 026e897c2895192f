\echo Use "CREATE EXTENSION saaskpi" to load this file. \quit
