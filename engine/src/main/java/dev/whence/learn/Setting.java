package dev.whence.learn;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says of a hyperparameter, a component of a learner's record, what it is and what it may be. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /** What it is, for help. */
  String value();

  /** Its value where nothing is said, where no configuration without it says so. */
  String otherwise() default "";

  /** Which values it may have, such as "1 to 64". */
  String range() default "";
}
