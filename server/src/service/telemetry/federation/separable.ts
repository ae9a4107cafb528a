import type { Expression, Grouping, Matching } from '../promql/expression.ts'

/** Functions whose answer for one series depends on that series and on constants alone, so that clusters can answer for themselves. */
const windowFunctions = new Set(
  (
    'rate irate increase delta idelta deriv predict_linear changes resets double_exponential_smoothing ' +
    'avg_over_time min_over_time max_over_time sum_over_time count_over_time quantile_over_time stddev_over_time ' +
    'stdvar_over_time last_over_time first_over_time present_over_time mad_over_time ts_of_min_over_time ' +
    'ts_of_max_over_time ts_of_last_over_time ts_of_first_over_time'
  ).split(' '),
)
/** These keep all labels but `le`, and so never mix clusters. */
const seriesFunctions = new Set(
  (
    'abs ceil floor exp ln log2 log10 round sgn sqrt clamp clamp_min clamp_max sin cos tan asin acos atan sinh cosh tanh ' +
    'asinh acosh atanh deg rad timestamp day_of_month day_of_week day_of_year days_in_month hour minute month year ' +
    'histogram_avg histogram_count histogram_sum histogram_fraction histogram_quantile histogram_stddev histogram_stdvar'
  ).split(' '),
)
const constantFunctions = new Set(['time', 'pi'])

/**
 * Whether the union of what each cluster answers, with its label added, is what one store that holds all series would answer:
 * true of selectors, of what maps series one by one, and of what joins or groups series that share the cluster's label.
 */
export function isSeparable(expression: Expression, clusterLabel: string): boolean {
  const separable = (inner: Expression): boolean => isSeparable(inner, clusterLabel)
  switch (expression.node) {
    case 'vector':
      return true
    case 'paren':
    case 'unary':
      return separable(expression.inner)
    case 'binary': {
      const { left, right, matching } = expression
      if (isConstant(left)) return separable(right)
      if (isConstant(right)) return separable(left)
      return separable(left) && separable(right) && matchesCluster(matching, clusterLabel)
    }
    case 'aggregation':
      return (
        keepsCluster(expression.grouping, clusterLabel) &&
        expression.name !== 'limit_ratio' &&
        (expression.parameter === undefined || isConstant(expression.parameter)) &&
        !isText(expression.parameter, clusterLabel) &&
        separable(expression.inner)
      )
    case 'call': {
      const { name, args } = expression
      if (windowFunctions.has(name))
        return args.every(
          (arg) =>
            arg.node === 'matrix' || (arg.node === 'subquery' ? separable(arg.inner) : isConstant(arg)),
        )
      if (seriesFunctions.has(name))
        return (
          args.length > 0 && !args.every(isConstant) && args.every((arg) => isConstant(arg) || separable(arg))
        )
      if (name === 'label_replace' || name === 'label_join')
        return separable(args[0]!) && !args.slice(1).some((arg) => isText(arg, clusterLabel))
      return false
    }
    default:
      return false
  }
}

/** The same wherever and whenever in the query it is evaluated. */
export function isConstant(expression: Expression): boolean {
  switch (expression.node) {
    case 'number':
    case 'string':
      return true
    case 'paren':
    case 'unary':
      return isConstant(expression.inner)
    case 'binary':
      return isConstant(expression.left) && isConstant(expression.right)
    case 'call':
      return constantFunctions.has(expression.name)
    default:
      return false
  }
}

export const keepsCluster = (grouping: Grouping | undefined, label: string): boolean =>
  grouping !== undefined &&
  ('by' in grouping ? grouping.by.includes(label) : !grouping.without.includes(label))

function matchesCluster({ on, ignoring, include }: Matching, label: string): boolean {
  if (include.includes(label)) return false
  return on ? on.includes(label) : !ignoring?.includes(label)
}

const isText = (expression: Expression | undefined, text: string): boolean =>
  expression?.node === 'string' && expression.value === text
