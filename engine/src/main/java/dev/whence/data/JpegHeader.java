package dev.whence.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Facts that a JPEG file states before its pixels.
 *
 * @param orientation EXIF orientation, 1 to 8; 1 where the file is no JPEG or states none
 * @param unreadable reason why Java's reader would get the file's colours wrong, or null
 */
record JpegHeader(int orientation, @Nullable String unreadable) {

  private static final int ORIENTATION = 274;
  private static final int EXIF = 0x45786966;
  private static final JpegHeader NONE = new JpegHeader(1, null);

  static JpegHeader of(byte[] file) {
    if (file.length < 4 || (file[0] & 0xff) != 0xff || (file[1] & 0xff) != 0xd8) {
      return NONE;
    }
    ByteBuffer bytes = ByteBuffer.wrap(file);
    int orientation = 1;
    boolean marked = false;
    for (int at = 2; at + 10 < file.length; ) {
      int marker = file[at + 1] & 0xff;
      int end = at + 2 + bytes.getChar(at + 2);
      if (marker == 0xda || end <= at || end > file.length) {
        break;
      }
      boolean exif = marker == 0xe1 && bytes.getInt(at + 4) == EXIF;
      marked |= exif || marker == 0xe0 || marker == 0xee;
      if (exif) {
        orientation = orientation(file, at + 10, end);
      }
      if (marker == 0xc0 || marker == 0xc1 || marker == 0xc2) {
        return new JpegHeader(orientation, unreadable(bytes, at + 4, marked));
      }
      at = end;
    }
    return new JpegHeader(orientation, null);
  }

  /**
   * Returns the reason why Java's reader would get the colours of a frame wrong, or null.
   *
   * @param frame index of the frame header in {@code bytes}
   * @param marked whether the file says by a marker how its colours are coded
   */
  private static @Nullable String unreadable(ByteBuffer bytes, int frame, boolean marked) {
    if ((bytes.get(frame + 5) & 0xff) != 3) {
      return null;
    }
    int[] id = new int[3];
    int[] sampling = new int[3];
    for (int c = 0; c < 3; c++) {
      id[c] = bytes.get(frame + 6 + 3 * c) & 0xff;
      sampling[c] = bytes.get(frame + 7 + 3 * c) & 0xff;
    }
    if (sampling[0] == 0x12 && sampling[1] == 0x11 && sampling[2] == 0x11) {
      return "JPEG with colours of half the height (4:4:0)";
    }
    return !marked && id[0] == 0 && id[1] == 1 && id[2] == 2
        ? "JPEG that does not say whether it is RGB or YCbCr"
        : null;
  }

  private static int orientation(byte[] file, int from, int end) {
    ImageReader reader = ImageIO.getImageReadersByFormatName("tiff").next();
    try (ImageInputStream in =
        ImageIO.createImageInputStream(new ByteArrayInputStream(file, from, end - from))) {
      reader.setInput(in);
      TIFFField field =
          TIFFDirectory.createFromMetadata(reader.getImageMetadata(0)).getTIFFField(ORIENTATION);
      return field == null ? 1 : field.getAsInt(0);
    } catch (IOException | RuntimeException e) {
      return 1; // damaged metadata are ignored
    } finally {
      reader.dispose();
    }
  }
}
