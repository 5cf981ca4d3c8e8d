package dev.whence.data;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.whence.base.Api;
import java.util.List;
import java.util.stream.IntStream;

/** A column of a metadata table: numbers where all its fields are numbers, else texts. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Column.Numbers.class, name = "number"),
  @JsonSubTypes.Type(value = Column.Texts.class, name = "text")
})
@Api
public sealed interface Column {

  /** Returns the number of rows. */
  int rows();

  /** Returns the rows with the given indices, in that order. */
  Column select(int[] indices);

  /** Returns a row as a person reads it; empty where the table has nothing. */
  String text(int row);

  /**
   * Returns the column of these fields; numbers where all fields but the empty ones are numbers.
   */
  static Column of(List<String> fields) {
    boolean numbers =
        fields.stream().allMatch(f -> f.isBlank() || Decimal.isNumber(f))
            && fields.stream().anyMatch(f -> !f.isBlank());
    return numbers
        ? new Numbers(
            fields.stream()
                .mapToDouble(f -> f.isBlank() ? Double.NaN : Double.parseDouble(f))
                .toArray())
        : new Texts(fields);
  }

  /**
   * Numbers.
   *
   * @param values number of each row; NaN where the table has nothing
   */
  record Numbers(double[] values) implements Column {
    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public Numbers select(int[] indices) {
      return new Numbers(IntStream.of(indices).mapToDouble(i -> values[i]).toArray());
    }

    @Override
    public String text(int row) {
      double value = values[row];
      if (Double.isNaN(value)) {
        return "";
      }
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    }
  }

  /**
   * Texts.
   *
   * @param values text of each row
   */
  record Texts(List<String> values) implements Column {
    public Texts {
      values = List.copyOf(values);
    }

    @Override
    public int rows() {
      return values.size();
    }

    @Override
    public Texts select(int[] indices) {
      return new Texts(IntStream.of(indices).mapToObj(values::get).toList());
    }

    @Override
    public String text(int row) {
      return values.get(row);
    }
  }
}
