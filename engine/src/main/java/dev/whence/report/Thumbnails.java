package dev.whence.report;

import dev.whence.data.Dataset;
import dev.whence.data.Features;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;

/** Small pictures of examples as data URIs, so that a page needs no other file. */
final class Thumbnails {

  private Thumbnails() {}

  /**
   * Returns the picture of an example as an {@code img} element; an empty text for an example
   * without one.
   */
  static String img(Dataset dataset, int row) throws IOException {
    byte[] bytes = bytes(dataset, row);
    String alt = Chart.escape(dataset.labels().text(row));
    if (bytes.length == 0) {
      return "";
    }
    String type = bytes[0] == (byte) 0xff ? "jpeg" : "png";
    return "<img alt='%s' src='data:image/%s;base64,%s'>"
        .formatted(alt, type, Base64.getEncoder().encodeToString(bytes));
  }

  private static byte[] bytes(Dataset dataset, int row) throws IOException {
    List<byte[]> thumbnails = dataset.metadata().thumbnails();
    if (thumbnails != null) {
      return thumbnails.get(row);
    }
    return dataset.features().isImage() ? png(dataset.features(), row) : new byte[0];
  }

  private static byte[] png(Features features, int row) throws IOException {
    int[] shape = features.shape();
    int height = shape[shape.length - 2];
    int width = shape[shape.length - 1];
    boolean colour = shape.length == 3 && shape[0] == 3;
    BufferedImage image =
        new BufferedImage(
            width, height, colour ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_BYTE_GRAY);
    float[] values = features.values();
    int from = row * features.size();
    int plane = width * height;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = from + y * width + x;
        if (colour) {
          int rgb =
              (int) values[at] << 16 | (int) values[at + plane] << 8 | (int) values[at + 2 * plane];
          image.setRGB(x, y, rgb);
        } else {
          image.getRaster().setSample(x, y, 0, (int) values[at]);
        }
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }
}
