/** Learners on XGBoost: boosted trees and random forests. */
@NullMarked
package dev.whence.xgboost;

import org.jspecify.annotations.NullMarked;
