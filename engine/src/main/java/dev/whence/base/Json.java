package dev.whence.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON in the form in which studies are written: indented, in the order of the records' components,
 * ending in a newline.
 */
public final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .build();

  private static final ObjectWriter WRITER =
      MAPPER
          .writer()
          .with(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private Json() {}

  /** Returns the mapper that reads and writes JSON trees. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** Returns {@code value} as JSON text. */
  public static String text(Object value) {
    return WRITER.writeValueAsString(value) + "\n";
  }

  /** Writes {@code value} to {@code file}, which is complete or absent. */
  public static void write(Path file, Object value) throws IOException {
    AtomicFile.write(file, ByteBuffer.wrap(text(value).getBytes(StandardCharsets.UTF_8)));
  }

  /** Reads a {@code type} from {@code file}. */
  public static <T> T read(Path file, Class<T> type) throws IOException {
    try {
      return MAPPER.readValue(Files.readString(file), type);
    } catch (JacksonException e) {
      throw refusal(file, type, e);
    } catch (CharacterCodingException e) {
      throw BadInputException.at(file, "text in UTF-8", "other bytes");
    }
  }

  /** Converts {@code tree}, which was read from {@code file}, to a {@code type}. */
  public static <T> T convert(Path file, JsonNode tree, Class<T> type) {
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (JacksonException e) {
      throw refusal(file, type, e);
    }
  }

  private static BadInputException refusal(Path file, Class<?> type, JacksonException e) {
    return e.getCause() instanceof BadInputException refused
        ? refused
        : BadInputException.at(
            file, "JSON of a " + type.getSimpleName(), String.valueOf(e.getOriginalMessage()));
  }
}
