import type { Aggregation, Binary, Expression, Given, Grouping, Matching } from '../promql/expression.ts'
import { isConstant, isSeparable, keepsCluster } from './separable.ts'

/** What clusters are asked; their answers, each with the label of its cluster, stand at the `given` node of this key. */
export type Part = { key: string; expression: Expression }
export type Plan = { expression: Expression; parts: Part[] }

const span = { from: 0, to: 0 }

/**
 * Turns a query over all clusters into questions that each can answer for itself and what is left to do with their answers. Exact: an
 * average is made of sums and counts, a deviation of counts, averages and variances (Chan, Golub, LeVeque 1979), the greatest k of the
 * greatest k of each; a quantile needs all series and gets them. Where nothing can be pushed down, selectors stay, to be read raw.
 */
export function distribute(expression: Expression, clusterLabel: string): Plan {
  const parts: Part[] = []
  const ask = (asked: Expression): Given => {
    const key = `part${parts.length}`
    parts.push({ key, expression: asked })
    return { node: 'given', key, type: 'vector', span }
  }
  const walk = (node: Expression): Expression => {
    if (isSeparable(node, clusterLabel)) return ask(node)
    switch (node.node) {
      case 'paren':
      case 'unary':
        return { ...node, inner: walk(node.inner) }
      case 'binary':
        return { ...node, left: walk(node.left), right: walk(node.right) }
      case 'aggregation':
        return aggregated(node)
      case 'call':
        return readsSelector.has(node.name) ? node : { ...node, args: node.args.map(walk) }
      default:
        return node
    }
  }
  const aggregated = (node: Aggregation): Expression => {
    const constant = node.parameter === undefined || isConstant(node.parameter)
    if (!isSeparable(node.inner, clusterLabel) || !constant || keepsCluster(node.grouping, clusterLabel))
      return {
        ...node,
        inner: walk(node.inner),
        ...(node.parameter ? { parameter: walk(node.parameter) } : {}),
      }
    return joined(node, ask, clusterLabel)
  }
  return { expression: walk(expression), parts }
}

/** Their answer depends on what the selector says, or on series beyond it. */
const readsSelector = new Set(['absent', 'absent_over_time', 'info'])

/** An aggregation over clusters, from what each says about its own series. */
function joined(node: Aggregation, ask: (asked: Expression) => Given, clusterLabel: string): Expression {
  const there = (name: Aggregation['name']): Given => {
    const { parameter: _, ...rest } = node
    return ask({ ...rest, name, grouping: groupingThere(node.grouping, clusterLabel) })
  }
  const here = (name: Aggregation['name'], inner: Expression, grouping = node.grouping): Aggregation => ({
    ...{ node: 'aggregation', name, inner, span },
    ...(grouping ? { grouping } : {}),
  })
  const kept = (): Given => ask({ ...node, grouping: groupingThere(node.grouping, clusterLabel) })
  switch (node.name) {
    case 'sum':
    case 'min':
    case 'max':
    case 'group':
      return here(node.name, there(node.name))
    case 'count':
      return here('sum', there('count'))
    case 'avg':
      return binary('/', here('sum', there('sum')), here('sum', there('count')))
    case 'topk':
    case 'bottomk':
    case 'limitk':
      return { ...node, inner: kept() }
    case 'count_values':
      return here('sum', kept(), withValueLabel(node))
    case 'stdvar':
    case 'stddev': {
      const [count, mean, variance] = [there('count'), there('avg'), there('stdvar')]
      const all = here('sum', count)
      const overall = binary('/', here('sum', binary('*', count, mean)), all)
      const matching: Matching = { card: 'many-to-one', ignoring: [clusterLabel], include: [] }
      const distance = binary('-', mean, overall, matching)
      const spread = binary('+', variance, binary('^', distance, number(2)))
      const joinedVariance = binary('/', here('sum', binary('*', count, spread)), all)
      return node.name === 'stdvar'
        ? joinedVariance
        : { node: 'call', name: 'sqrt', args: [joinedVariance], span }
    }
    default:
      return { ...node, inner: ask(node.inner) }
  }
}

/** `by (x, cluster)` is `by (x)` within a cluster; `without (x, cluster)` is `without (x)`. */
function groupingThere(grouping: Grouping | undefined, clusterLabel: string): Grouping {
  const rest = (names: readonly string[]): string[] => names.filter((name) => name !== clusterLabel)
  if (!grouping) return { by: [] }
  return 'by' in grouping ? { by: rest(grouping.by) } : { without: rest(grouping.without) }
}

function withValueLabel({ grouping, parameter }: Aggregation): Grouping {
  const label = parameter?.node === 'string' ? parameter.value : ''
  if (!grouping) return { by: [label] }
  return 'by' in grouping ? { by: [...grouping.by, label] } : grouping
}

const number = (value: number): Expression => ({ node: 'number', value, span })
const binary = (
  operator: Binary['operator'],
  left: Expression,
  right: Expression,
  matching: Matching = { card: 'one-to-one', include: [] },
): Binary => ({ node: 'binary', operator, bool: false, left, right, matching, span })
