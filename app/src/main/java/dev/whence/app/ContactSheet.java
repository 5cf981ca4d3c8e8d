package dev.whence.app;

import dev.whence.base.BadInputException;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** The first pictures of a dataset side by side, for a person to see whether they are right. */
final class ContactSheet {

  private static final int COLUMNS = 16;
  private static final int ROWS = 8;
  private static final int LEAST_SIZE = 48;
  private static final int GAP = 2;

  private ContactSheet() {}

  /** Writes a PNG. */
  static void write(Path file, Dataset dataset) throws IOException {
    Features features = dataset.features();
    if (!features.isImage()) {
      throw BadInputException.at(
          "--sheet", "a dataset of 8-bit pictures", "examples of shape " + features.shapeText());
    }
    int[] shape = features.shape();
    int height = shape[shape.length - 2];
    int width = shape[shape.length - 1];
    int scale = Math.max(1, Math.ceilDiv(LEAST_SIZE, Math.max(height, width)));
    int shown = Math.min(features.rows(), COLUMNS * ROWS);
    int columns = Math.min(COLUMNS, shown);
    int cellWidth = width * scale + GAP;
    int cellHeight = height * scale + GAP;
    BufferedImage sheet =
        new BufferedImage(
            columns * cellWidth,
            Math.ceilDiv(shown, columns) * cellHeight,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    for (int i = 0; i < shown; i++) {
      graphics.drawImage(
          picture(features, i, height, width),
          i % columns * cellWidth,
          i / columns * cellHeight,
          width * scale,
          height * scale,
          null);
    }
    graphics.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(sheet, "png", png);
    dev.whence.base.AtomicFile.write(file, ByteBuffer.wrap(png.toByteArray()));
  }

  private static BufferedImage picture(Features features, int i, int height, int width) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int plane = height * width;
    int channels = features.size() / plane;
    int at = i * features.size();
    for (int p = 0; p < plane; p++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        int level = (int) features.values()[at + (channels == 1 ? p : c * plane + p)];
        rgb = rgb << 8 | level;
      }
      picture.setRGB(p % width, p / width, rgb);
    }
    return picture;
  }
}
