/** What Prometheus says of dubious input, without `PromQL warning: ` or `PromQL info: ` in front. */

import { generalNumber } from '../../../../kernel/go-number.ts'

/** A sentence about a metric; the last one is kept, for it is asked for again with every window of a series. */
const about = (before: string): ((name: string) => string) => {
  let lastName = ''
  let lastSentence = `${before} ""`
  return (name) => {
    if (name !== lastName) {
      lastName = name
      lastSentence = `${before} ${JSON.stringify(name)}`
    }
    return lastSentence
  }
}
const optionallyAbout = (sentence: string): ((name: string) => string) => {
  const named = about(`${sentence} for metric name`)
  return (name) => (name === '' ? sentence : named(name))
}

export const warning = {
  mixedFloatsHistograms: about('encountered a mix of histograms and floats for metric name'),
  startOverlap: about('sample has start time that overlaps with previous sample timestamp for metric'),
  notCounter: about('this native histogram metric is not a counter:'),
  notGauge: about('this native histogram metric is not a gauge:'),
  mixedSchemas: about(
    'vector contains a mix of histograms with exponential and custom buckets schemas for metric name',
  ),
  mixedClassicNative: optionallyAbout('vector contains a mix of classic and native histograms'),
  badBucketLabel: (name: string, value: string): string =>
    `bucket label "le" is missing or has a malformed value of ${JSON.stringify(value)}${
      name === '' ? '' : ` for metric name ${JSON.stringify(name)}`
    }`,
  badQuantile: (q: number): string => `quantile value should be between 0 and 1, got ${generalNumber(q)}`,
  sortInRange: 'sort is ineffective for range queries since results are always ordered by labels',
  collision: (operation: HistogramOperation): string =>
    `conflicting counter resets during histogram ${operation}`,
}

export const info = {
  maybeNotCounter: about('metric might not be a counter, name does not end in _total/_sum/_count/_bucket:'),
  histogramsIgnored: about(
    'ignored histograms in a range containing both floats and histograms for metric name',
  ),
  reconciled: (operation: HistogramOperation): string =>
    `mismatched custom buckets were reconciled during ${operation}`,
  nanResult: optionallyAbout('input to histogram_quantile has NaN observations, result is NaN'),
  nanSkew: optionallyAbout('input to histogram_quantile has NaN observations, result is skewed higher'),
  nanExcluded: optionallyAbout(
    'input to histogram_fraction has NaN observations, which are excluded from all fractions',
  ),
  forcedMonotonic: optionallyAbout(
    'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)',
  ),
}

export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation'
