/** A name that says what its values are in, where no unit does: Prometheus' exporters and hosts' agents tell percentages so. */
const inPercent = /(^|[._])percent(age)?(:(mean|min|max|p\d+))?$/

/** The unit of a metric (UCUM); `%` also for a dimensionless one that is called a percentage: `cpu_usage_percent` of 62 is 62 %. */
export function metricUnit({ name, unit }: { name: string; unit?: string | undefined }): string | undefined {
  return (unit === undefined || unit === '' || unit === '1') && inPercent.test(name) ? '%' : unit
}
