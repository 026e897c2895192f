# R's forecast package on the same series: defaults, rows as the table wants.
suppressMessages(library(forecast))
lines <- read.csv(commandArgs(TRUE)[1], header = FALSE, stringsAsFactors = FALSE)
for (i in seq_len(nrow(lines))) {
    y <- ts(as.numeric(strsplit(lines[i, 4], " ")[[1]]), frequency = lines[i, 2])
    h <- lines[i, 3]
    for (method in c("R ets", "R thetaf")) {
        f <- if (method == "R ets") forecast(ets(y), h = h, level = c(80, 95)) else thetaf(y, h = h, level = c(80, 95))
        write.table(data.frame(method, lines[i, 1], seq_len(h), as.numeric(f$mean), f$lower[, 1], f$upper[, 1],
            f$lower[, 2], f$upper[, 2]), sep = ",", row.names = FALSE, col.names = FALSE, qmethod = "double")
    }
}
