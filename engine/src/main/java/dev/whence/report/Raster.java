package dev.whence.report;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.FloatSize;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.imageio.ImageIO;

/** PNG files of figures. */
final class Raster {

  private static final int ZOOM = 2;

  private Raster() {}

  /** Returns {@code svg} as a PNG at twice its size; nothing on a machine without fonts. */
  static Optional<byte[]> png(String svg) throws IOException {
    SVGDocument document =
        new SVGLoader()
            .load(
                new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)),
                null,
                com.github.weisj.jsvg.parser.LoaderContext.createDefault());
    if (document == null) {
      throw new IllegalStateException("the figure is no SVG");
    }
    FloatSize size = document.size();
    BufferedImage image =
        new BufferedImage(
            ZOOM * (int) size.width, ZOOM * (int) size.height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.scale(ZOOM, ZOOM);
      document.render((javax.swing.JComponent) null, graphics);
    } catch (InternalError | NoClassDefFoundError | UnsatisfiedLinkError | NullPointerException e) {
      return Optional.empty(); // the JDK's ways to say that the system has no font configuration
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return Optional.of(png.toByteArray());
  }
}
