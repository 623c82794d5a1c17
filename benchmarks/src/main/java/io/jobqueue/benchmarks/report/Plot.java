package io.jobqueue.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.jobqueue.benchmarks.scenario.Backlog;
import io.jobqueue.benchmarks.scenario.Pinned;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Curves of the scenarios that have any, as SVG.
 */
public final class Plot {

	private static final int WIDTH = 800;

	private static final int HEIGHT = 400;

	private Plot() {
	}

	/**
	 * Draw what results have to show.
	 * @param results results of any scenarios
	 * @param directory where the files are written
	 * @return the files
	 */
	public static List<Path> draw(List<Result> results, Path directory) {
		List<Path> files = new ArrayList<>();
		List<Result> backlog = of("backlog", results);
		if (!backlog.isEmpty()) {
			files.add(save(backlog(backlog), directory.resolve("backlog.svg")));
		}
		List<Result> pinned = of("pinned", results);
		if (!pinned.isEmpty()) {
			files.add(save(pinned(pinned), directory.resolve("pinned.svg")));
		}
		return files;
	}

	private static List<Result> of(String scenario, List<Result> results) {
		return results.stream().filter((result) -> result.scenario().equals(scenario)).toList();
	}

	private static XYChart backlog(List<Result> results) {
		XYChart chart = chart("Drain of some of many jobs", "jobs waiting (a tenth of it is scheduled, too)", "jobs/s");
		chart.getStyler().setXAxisLogarithmic(true);
		chart.getStyler().setYAxisMin(0.0);
		Map<String, List<Result>> engines = new LinkedHashMap<>();
		results.forEach((result) -> engines.computeIfAbsent(name(result), (name) -> new ArrayList<>()).add(result));
		engines.forEach((name, points) -> chart.addSeries(name,
				points.stream().map((point) -> number(point.details().get(Backlog.WAITING))).toList(),
				points.stream().map(Result::perSecond).toList()));
		return chart;
	}

	private static XYChart pinned(List<Result> results) {
		XYChart chart = chart("Start of a job while a snapshot is held, 800 jobs/s", "seconds", "p99 in ms");
		chart.getStyler().setYAxisLogarithmic(true);
		for (Result result : results) {
			List<Map<String, Double>> curve = curve(result);
			if (!curve.isEmpty()) {
				chart.addSeries(name(result) + ", snapshot " + result.details().get(Pinned.SNAPSHOT),
						curve.stream().map((point) -> number(point.get("second"))).toList(),
						curve.stream().map((point) -> Math.max(0.1, number(point.get("p99Millis")))).toList());
			}
		}
		return chart;
	}

	private static List<Map<String, Double>> curve(Result result) {
		List<Map<String, Double>> points = new ArrayList<>();
		if (result.details().get(Pinned.CURVE) instanceof List<?> list) {
			for (Object each : list) {
				Map<String, Double> point = new LinkedHashMap<>();
				((Map<?, ?>) each).forEach((key, value) -> point.put(String.valueOf(key), number(value)));
				points.add(point);
			}
		}
		return points;
	}

	private static double number(@Nullable Object value) {
		return (value instanceof Number number) ? number.doubleValue() : 0;
	}

	private static String name(Result result) {
		return result.engine() + " on " + result.store();
	}

	private static XYChart chart(String title, String x, String y) {
		XYChart chart = new XYChartBuilder().width(WIDTH)
			.height(HEIGHT)
			.title(title)
			.xAxisTitle(x)
			.yAxisTitle(y)
			.theme(ChartTheme.Matlab)
			.build();
		chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
		return chart;
	}

	private static Path save(XYChart chart, Path file) {
		try {
			VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
			return file;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
