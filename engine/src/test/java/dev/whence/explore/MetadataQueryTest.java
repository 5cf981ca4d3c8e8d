package dev.whence.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.BadInputException;
import dev.whence.data.Column;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataQueryTest {

  private static final Map<String, Column> TABLE =
      Map.of(
          "source", Column.of(List.of("clinic-a", "clinic-b", "clinic-b", "", "or")),
          "year", Column.of(List.of("2013", "2014", "2016", "", "2015.5")),
          "first name", Column.of(List.of("Ann", "Bo B", "it's", "and", "x")));

  private static String rows(String query) {
    var matches = MetadataQuery.of(query, TABLE);
    return IntStream.range(0, 5)
        .filter(matches)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "source=clinic-b | 1 2",
        "source=clinic-b and year<2015 | 1",
        "source = clinic-b AND year >= 2016 | 2",
        "source=clinic-a or source=clinic-b and year<2015 | 0 1",
        "(source=clinic-a or source=clinic-b) and year<2015 | 0 1",
        "not source=clinic-b | 0 3 4",
        "not (year<2015 or year>2015) | 3",
        "year!=2014 | 0 2 4",
        "year=2015.5 | 4",
        "source=''| 3",
        "source='or' | 4",
        "source!=clinic-b | 0 3 4",
        "'first name'='Bo B' | 1",
        "'first name'=\"it's\" | 2",
        "'first name'='and' | 3",
        "year='' | 3",
        "year!='' | 0 1 2 4",
        "year<=2014 and not source=clinic-a | 1",
      })
  void rowsThatMatch(String query, String expected) {
    assertThat(rows(query)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "source",
        "source=",
        "sourse=clinic-b",
        "source<clinic-b",
        "year=soon",
        "year<''",
        "year ~ 3",
        "(year<2015",
        "year<2015)",
        "year<2015 source=x",
        "year<2015 and",
        "source='clinic",
        "year==2015",
      })
  void whatMakesNoSenseIsRefused(String query) {
    assertThatThrownBy(() -> rows(query))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("query '" + query + "'")
        .hasMessageContaining("expected");
  }

  @Test
  void columnsOfNumbersAreNumbers() {
    assertThat(TABLE.get("year")).isInstanceOf(Column.Numbers.class);
    assertThat(TABLE.get("source")).isInstanceOf(Column.Texts.class);
    assertThat(Column.of(List.of("", ""))).isInstanceOf(Column.Texts.class);
    assertThat(TABLE.get("year").text(0)).isEqualTo("2013");
    assertThat(TABLE.get("year").text(3)).isEmpty();
    assertThat(TABLE.get("year").select(new int[] {4, 0}).text(0)).isEqualTo("2015.5");
  }
}
