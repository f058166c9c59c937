package dev.capocomico.cli.graph;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Boxes on layers, from top to bottom, with arrows in the channels between the layers. */
final class BoxDrawing {
    private static final int[] BOX_COLUMNS_MAX = {40, 30, 24, 18};
    private static final int GAP = 3;

    private final Scene scene;
    private final Layering layering;
    private final Channel[] channels;
    private final int[] halfWidth;
    private final int[] centre;
    private final int columns;

    private BoxDrawing(Scene scene, Layering layering, int boxColumnsMax) {
        this.scene = scene;
        this.layering = layering;
        this.channels = new Channel[Math.max(0, layering.layerCount() - 1)];
        for (int layer = 0; layer < channels.length; layer++) {
            channels[layer] = Channel.below(layering, layer);
        }
        this.halfWidth = new int[layering.size()];
        for (int v = 0; v < halfWidth.length; v++) {
            halfWidth[v] = layering.station(v) ? 0 : halfWidth(v, boxColumnsMax);
        }
        this.centre = centres();
        int right = 0;
        for (int v = 0; v < centre.length; v++) {
            right = Math.max(right, centre[v] + halfWidth[v] + 1);
        }
        this.columns = right;
    }

    /** Null when it is too wide, or when its arrows cannot be told apart in the room there is. */
    static @Nullable Canvas of(Scene scene, int columns) {
        Layering layering = Layering.of(scene);
        for (int boxColumnsMax : BOX_COLUMNS_MAX) {
            BoxDrawing drawing = new BoxDrawing(scene, layering, boxColumnsMax);
            if (drawing.columns <= columns) {
                return drawing.draw();
            }
        }
        return null;
    }

    /** Boxes have an odd width, so that each has a column in the middle. */
    private int halfWidth(int figure, int boxColumnsMax) {
        Figure shown = scene.figures().get(figure);
        int words = Math.max(TerminalText.width(shown.title()) + 2, TerminalText.width(shown.details()));
        int ports = 0;
        if (shown.layer() < channels.length) {
            ports = channels[shown.layer()].portsAbove(figure);
        }
        if (shown.layer() > 0) {
            ports = Math.max(ports, channels[shown.layer() - 1].portsBelow(figure));
        }
        int width = Math.max(Math.min(words + 4, boxColumnsMax), ports * Channel.PORT_SPACING + 1);
        return width / 2;
    }

    private int[] centres() {
        double[] exact = Alignment.of(layering, v -> halfWidth[v] + 0.5, GAP);
        int[] rounded = new int[exact.length];
        for (int layer = 0; layer < layering.layerCount(); layer++) {
            int free = 0;
            for (int v : layering.layer(layer)) {
                // The middle of a cell is half a cell to the right of its edge.
                rounded[v] = Math.max((int) Math.round(exact[v] - 0.5), free + halfWidth[v]);
                free = rounded[v] + halfWidth[v] + 1 + GAP;
            }
        }
        return rounded;
    }

    private @Nullable Canvas draw() {
        List<Integer> tops = new ArrayList<>();
        int row = 0;
        for (int layer = 0; layer < layering.layerCount(); layer++) {
            tops.add(row);
            row += height(layer);
            if (layer < channels.length) {
                if (!channels[layer].route(centre)) {
                    return null;
                }
                row += channels[layer].rows();
            }
        }
        Canvas canvas = new Canvas(row, columns);
        for (int layer = 0; layer < layering.layerCount(); layer++) {
            for (int v : layering.layer(layer)) {
                drawVertex(canvas, v, tops.get(layer), height(layer));
            }
            if (layer < channels.length) {
                channels[layer].draw(canvas, tops.get(layer) + height(layer) - 1, tops.get(layer + 1));
            }
        }
        return canvas;
    }

    private int height(int layer) {
        int lines = 1;
        for (int v : layering.layer(layer)) {
            if (!layering.station(v) && !scene.figures().get(v).details().isEmpty()) {
                lines = 2;
            }
        }
        return lines + 2;
    }

    private void drawVertex(Canvas canvas, int v, int top, int height) {
        if (layering.station(v)) {
            int above = layering.above(v)[0];
            canvas.down(centre[v], top, top + height - 1, layering.critical(above, v));
            return;
        }
        Figure figure = scene.figures().get(v);
        int left = centre[v] - halfWidth[v];
        int room = 2 * halfWidth[v] + 1 - 4;
        canvas.box(left, top, 2 * halfWidth[v] + 1, height, figure.critical());
        Ink ink = figure.critical() ? Ink.CRITICAL : Ink.PLAIN;
        canvas.text(left + 2, top + 1, figure.critical() ? "●" : "○", ink);
        canvas.text(left + 4, top + 1, TerminalText.clipInside(figure.title(), room - 2), ink);
        if (!figure.details().isEmpty()) {
            canvas.text(left + 2, top + 2, TerminalText.clip(figure.details(), room), Ink.FAINT);
        }
    }
}
