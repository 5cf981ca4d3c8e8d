package dev.whence.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.stream.ImageInputStream;

/**
 * An image as PIL's {@code convert('L')} or {@code convert('RGB')} gives it: alpha is dropped,
 * gamma and colour profiles are ignored, CMYK is inverted without a profile, only the first frame
 * or page is read, and only TIFF is turned by its orientation. Of a 16-bit sample the high byte is
 * taken (where PIL limits grey samples to 255).
 *
 * @param height number of rows
 * @param width number of columns
 * @param grey whether a pixel has one level, else red, green, blue
 * @param values levels 0…255, [height, width] or [height, width, 3]
 */
record Pixels(int height, int width, boolean grey, byte[] values) {

  private static final long MOST = 178_956_970; // pixels; PIL refuses larger images, too
  private static final int IEND = 0x49454E44;
  private static final int PHOTOMETRIC = 262;
  private static final int ORIENTATION = 274;

  /**
   * Returns the level of channel {@code c} of a pixel; a grey pixel has the same level in all
   * channels.
   */
  int level(int pixel, int c) {
    return values[grey ? pixel : 3 * pixel + c] & 0xff;
  }

  /** Reads an image; an exception's message says why its pixels cannot be read exactly. */
  static Pixels read(byte[] file) throws IOException {
    ImageIO.setUseCache(false);
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("other content");
      }
      ImageReader reader = readers.next();
      try {
        return read(reader, in, file);
      } catch (EOFException e) {
        throw new IOException("its end (truncated file)", e);
      } catch (RuntimeException e) { // some decoders fail so on damaged files
        throw new IOException("damage (%s)".formatted(e.getMessage()), e);
      } finally {
        reader.dispose();
      }
    }
  }

  private static Pixels read(ImageReader reader, ImageInputStream in, byte[] file)
      throws IOException {
    String format = reader.getOriginatingProvider().getFormatNames()[0].toLowerCase(Locale.ROOT);
    boolean tiff = format.startsWith("tif");
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
    reader.setInput(in, true, !tiff); // reads metadata of TIFF only; faults in others do not matter
    if ((long) reader.getWidth(0) * reader.getHeight(0) > MOST) {
      throw new IOException("%d × %d pixels".formatted(reader.getWidth(0), reader.getHeight(0)));
    }
    checkWhole(format, file, reader);
    BufferedImage image = reader.read(0, unconverted(reader));
    for (String warning : warnings) { // the JPEG reader fills missing pixels with grey
      if (warning.contains("Truncated") || warning.contains("premature end")) {
        throw new IOException(warning);
      }
    }
    if (!tiff) {
      return of(image.getColorModel(), image.getRaster());
    }
    TIFFDirectory tags = TIFFDirectory.createFromMetadata(reader.getImageMetadata(0));
    int photometric = tag(tags, PHOTOMETRIC, -1);
    if (photometric == 4 || photometric > 6) {
      throw new IOException("colours by TIFF's photometric interpretation " + photometric);
    }
    return of(image.getColorModel(), image.getRaster()).upright(tag(tags, ORIENTATION, 1));
  }

  /** Returns parameters that leave colours in the space of the file's profile. */
  private static ImageReadParam unconverted(ImageReader reader) throws IOException {
    ImageReadParam parameters = reader.getDefaultReadParam();
    reader
        .getImageTypes(0)
        .forEachRemaining(
            type -> {
              ColorSpace space = type.getColorModel().getColorSpace();
              if (space.getType() == ColorSpace.TYPE_RGB && !space.isCS_sRGB()) {
                parameters.setDestinationType(type);
              }
            });
    return parameters;
  }

  private static int tag(TIFFDirectory tags, int number, int otherwise) {
    TIFFField field = tags.getTIFFField(number);
    return field == null ? otherwise : field.getAsInt(0);
  }

  /** Refuses damage that Java's readers do not report, and images whose pixels they get wrong. */
  private static void checkWhole(String format, byte[] file, ImageReader reader)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    switch (format) {
      case "png" -> checkPng(bytes.order(ByteOrder.BIG_ENDIAN));
      case "jpeg", "jpg" -> {
        String unreadable = JpegHeader.of(file).unreadable();
        if (unreadable != null) {
          throw new IOException(unreadable);
        }
      }
      case "gif" -> {
        if (bytes.getChar(6) != reader.getWidth(0) || bytes.getChar(8) != reader.getHeight(0)) {
          throw new IOException("a first frame smaller than the picture");
        }
      }
      case "webp" -> {
        if (bytes.getInt(4) + 8L > file.length) {
          throw new IOException("its end (truncated file)");
        }
        if (lossy(file)) {
          throw new IOException("lossy WebP, whose colours would be read inexactly");
        }
      }
      default -> {}
    }
  }

  private static void checkPng(ByteBuffer b) throws IOException {
    for (int at = 8, end; at + 8 > b.limit() || b.getInt(at + 4) != IEND; at = end) {
      end = at + 8 > b.limit() ? -1 : at + 12 + b.getInt(at);
      if (end < at || end > b.limit()) {
        throw new IOException("its end (truncated file)");
      }
      CRC32 crc = new CRC32();
      crc.update(b.array(), at + 4, end - at - 8);
      if ((int) crc.getValue() != b.getInt(end - 4)) {
        throw new IOException("damage (a wrong checksum at byte %d)".formatted(at));
      }
    }
  }

  /** Returns whether a WebP file's first frame is lossy: VP8 rather than VP8L. */
  private static boolean lossy(byte[] webp) {
    ByteBuffer bytes = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 12; at + 8 <= webp.length; ) {
      String chunk = new String(webp, at, 4, StandardCharsets.ISO_8859_1);
      if (chunk.startsWith("VP8") && !chunk.equals("VP8X")) {
        return chunk.equals("VP8 ");
      }
      // A frame holds chunks; other chunks are skipped.
      at += 8 + (chunk.equals("ANMF") ? 16 : bytes.getInt(at + 4) + 1 & ~1);
    }
    return false;
  }

  /**
   * Reads the samples of the raster, since java.awt would apply colour profiles, and a gamma to
   * greys.
   */
  private static Pixels of(ColorModel colours, Raster raster) throws IOException {
    int bands = raster.getNumBands();
    int[] bits = colours.getComponentSize();
    int space = colours.getColorSpace().getType();
    int[] palette = colours instanceof IndexColorModel index ? palette(index) : new int[0];
    boolean indexed = palette.length > 0;
    boolean cmyk = space == ColorSpace.TYPE_CMYK;
    boolean grey =
        indexed
            ? Arrays.stream(palette).allMatch(c -> (c & 0xff) * 0x10101 == (c & 0xffffff))
            : space == ColorSpace.TYPE_GRAY;
    if (!grey && !cmyk && space != ColorSpace.TYPE_RGB) {
      throw new IOException("colours neither grey, RGB nor CMYK");
    }
    if (bits[0] > 16 || raster.getDataBuffer().getDataType() == DataBuffer.TYPE_SHORT) {
      throw new IOException("signed samples, or of more than 16 bits");
    }
    int width = raster.getWidth();
    int channels = grey ? 1 : 3;
    byte[] values = new byte[Math.multiplyExact(channels * width, raster.getHeight())];
    int[] row = new int[width * bands];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int at = 0; at < row.length; at += bands) {
        int last = indexed ? 0 : level(row[at + bands - 1], bits[bands - 1], cmyk); // black, alpha
        for (int c = 0; c < channels; c++) {
          int level = indexed ? palette[row[at]] >> 16 - 8 * c : level(row[at + c], bits[c], cmyk);
          if (cmyk) {
            level = level * last / 255;
          } else if (!indexed && colours.isAlphaPremultiplied() && last > 0) {
            level = Math.min(255, level * 255 / last);
          }
          values[to++] = (byte) level;
        }
      }
    }
    return new Pixels(raster.getHeight(), width, grey, values);
  }

  /**
   * Returns a sample of {@code bits} bits as a level 0…255; the level of ink is inverted to that of
   * light.
   */
  private static int level(int sample, int bits, boolean ink) {
    int level = bits > 8 ? sample >> bits - 8 : sample * 255 / ((1 << bits) - 1);
    return ink ? 255 - level : level;
  }

  /** Returns the colours of a palette, and black for the indices past its end, as in PIL. */
  private static int[] palette(IndexColorModel index) {
    int[] palette = new int[256];
    index.getRGBs(palette);
    return palette;
  }

  /** Returns the image turned by orientation 1 to 8 of TIFF, as PIL's exif_transpose. */
  private Pixels upright(int orientation) {
    if (orientation < 2 || orientation > 8) {
      return this;
    }
    boolean swapped = orientation > 4;
    boolean fromBottom =
        orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    boolean fromRight =
        orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    int h = swapped ? width : height;
    int w = swapped ? height : width;
    int channels = grey ? 1 : 3;
    byte[] turned = new byte[values.length];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int v = fromBottom ? h - 1 - y : y;
        int u = fromRight ? w - 1 - x : x;
        int from = swapped ? u * width + v : v * width + u;
        System.arraycopy(values, from * channels, turned, (y * w + x) * channels, channels);
      }
    }
    return new Pixels(h, w, grey, turned);
  }
}
