import type { Metrics } from '../../../kernel/metric.ts'
import type { ScrapeLoop } from './scrape-loop.ts'
import type { Target } from './target.ts'

/** What scraping counts of itself. */
export class ScrapeMeter {
  readonly #metrics: Metrics

  constructor(metrics: Metrics, loops: () => readonly ScrapeLoop[]) {
    this.#metrics = metrics
    metrics.gauge('aiops_scrape_targets', 'Targets by job and health.', ['job', 'health'], (gauge) => {
      gauge.reset()
      for (const { target, state } of loops()) gauge.inc({ job: target.job.job_name, health: state.health })
    })
  }

  scraped({ job }: Target, health: 'UP' | 'DOWN'): void {
    this.#metrics
      .counter('aiops_scrapes_total', 'Scrapes by job and whether they were taken.', ['job', 'result'])
      .inc({ job: job.job_name, result: health === 'UP' ? 'ok' : 'failed' })
  }

  skipped({ job }: Target, count: number): void {
    this.#metrics
      .counter('aiops_scrapes_skipped_total', 'Scrapes left out because the one before took too long.', [
        'job',
      ])
      .inc({ job: job.job_name }, count)
  }

  unreported({ job }: Target): void {
    this.#metrics
      .counter('aiops_scrape_reports_lost_total', 'Reports on scrapes that could not be written.', ['job'])
      .inc({ job: job.job_name })
  }

  discoveryFailed(job: string): void {
    this.#metrics
      .counter('aiops_scrape_discovery_failures_total', 'Times that targets could not be looked for.', [
        'job',
      ])
      .inc({ job })
  }
}
