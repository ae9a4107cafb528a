import type { ScrapeReport } from './header.ts'

/** The series that Prometheus writes of each scrape: name, unit, value. */
export const reportSeries = (report: ScrapeReport): readonly (readonly [string, string, number])[] => [
  ['up', '', report.up ? 1 : 0],
  ['scrape_duration_seconds', 's', report.duration_seconds],
  ['scrape_samples_scraped', '', report.scraped],
  ['scrape_samples_post_metric_relabeling', '', report.kept],
  ['scrape_series_added', '', report.added],
]
