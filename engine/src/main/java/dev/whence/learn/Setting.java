package dev.whence.learn;

import dev.whence.base.Api;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes a hyperparameter, a component of a learner's record, and its allowed values. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@Api
public @interface Setting {

  /** Description of the hyperparameter in words, for help. */
  String value();

  /**
   * Default value in words, where the default configuration does not give the hyperparameter a
   * value.
   */
  String otherwise() default "";

  /** Allowed values in words, such as "1 to 64"; empty where the type says enough. */
  String range() default "";
}
