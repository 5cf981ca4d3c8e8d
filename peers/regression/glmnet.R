# Rscript glmnet.R FOLDER TYPE: the path of one target by glmnet with type.gaussian TYPE. Reads masks.bin (uint8, by column),
# y.bin and lambdas.bin (float64); writes weights.bin (float64, a column for each lambda) and prints the seconds of glmnet().
suppressMessages(library(glmnet))
args <- commandArgs(trailingOnly = TRUE)
read <- function(name, ...) {
  path <- file.path(args[1], name)
  readBin(path, n = file.size(path), ...)
}
y <- read("y.bin", "double")
lambdas <- read("lambdas.bin", "double")
x <- matrix(as.double(read("masks.bin", "integer", size = 1, signed = FALSE)), nrow = length(y))
seconds <- system.time(
  fit <- glmnet(x, y, lambda = lambdas, standardize = FALSE, thresh = 1e-9, maxit = 1e7, type.gaussian = args[2])
)["elapsed"]
writeBin(as.vector(as.matrix(fit$beta)), file.path(args[1], "weights.bin"))
cat(seconds)
