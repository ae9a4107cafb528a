/** Native histograms as values: sums, differences, scales, resets, quantiles. https://prometheus.io/docs/specs/native_histograms/ */

export { type Bucket, customSchema, isCustom, walkBuckets } from './bucket.ts'
export { addHistograms, type Combined, reduceSchema, subtractHistograms } from './combine.ts'
export {
  type Estimate,
  fractionOf,
  meanOf,
  type NanEffect,
  quantileOf,
  varianceOf,
} from './distribution.ts'
export { HistogramSum } from './histogram-sum.ts'
export { KahanSum } from './kahan-sum.ts'
export { resetBetween } from './reset.ts'
export {
  compactHistogram,
  divideHistogram,
  equalHistograms,
  negateHistogram,
  scaleHistogram,
} from './scale.ts'
export { trimHistogram } from './trim.ts'
