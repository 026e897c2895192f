# R's forecast package on the same series: defaults, rows as the table wants.
#
#   Rscript forecast.R SERIES.csv METHODS TIMES.csv    METHODS: "ets thetaf"
#
# TIMES.csv gets the seconds of CPU by method and frequency.
suppressMessages(library(forecast))
arguments <- commandArgs(TRUE)
lines <- read.csv(arguments[1], header = FALSE, stringsAsFactors = FALSE)
run <- list(
    ets = function(y, h) forecast(ets(y), h = h, level = c(80, 95)),
    thetaf = function(y, h) thetaf(y, h = h, level = c(80, 95)),
    auto.arima = function(y, h) forecast(auto.arima(y), h = h, level = c(80, 95)))
cpu <- function() sum(proc.time()[c("user.self", "sys.self")])
for (method in strsplit(arguments[2], " ")[[1]]) {
    name <- paste("R", method)
    for (freq in unique(lines[, 5])) {
        part <- lines[lines[, 5] == freq, ]
        began <- cpu()
        found <- lapply(seq_len(nrow(part)), function(i)
            run[[method]](ts(as.numeric(strsplit(part[i, 4], " ")[[1]]), frequency = part[i, 2]), part[i, 3]))
        seconds <- cpu() - began
        for (i in seq_along(found)) {
            f <- found[[i]]
            write.table(data.frame(name, part[i, 1], seq_len(part[i, 3]), as.numeric(f$mean), f$lower[, 1], f$upper[, 1],
                f$lower[, 2], f$upper[, 2]), sep = ",", row.names = FALSE, col.names = FALSE, qmethod = "double")
        }
        cat(sprintf('"%s","%s",%.3f\n', name, freq, seconds), file = arguments[3], append = TRUE)
    }
}
