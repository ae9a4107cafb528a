import { labelTest } from '../../../kernel/matcher.ts'
import type { Expression, VectorSelector } from '../promql/expression.ts'
import { printExpression } from '../promql/print.ts'

/** No series has this name: what stands for a selector that names other clusters. */
const nothing = 'aiops:another_cluster'

/**
 * A part of a query as one cluster is asked it: conditions on the cluster's label are decided here, and the label, which its series do
 * not have, is left out of groupings and matchings. Undefined where the conditions leave nothing to ask.
 */
export function partText(expression: Expression, cluster: string, clusterLabel: string): string | undefined {
  let selectors = 0
  let fitting = 0
  const selector = (node: VectorSelector): VectorSelector => {
    selectors += 1
    const own = node.matchers.filter(({ name }) => name === clusterLabel)
    if (own.length === 0 || labelTest(own)({ [clusterLabel]: cluster })) {
      fitting += 1
      return { ...node, matchers: node.matchers.filter(({ name }) => name !== clusterLabel) }
    }
    return { ...node, name: nothing, matchers: [{ name: '__name__', op: '=', value: nothing }] }
  }
  const rest = (names: readonly string[]): string[] => names.filter((name) => name !== clusterLabel)
  const walk = (node: Expression): Expression => {
    switch (node.node) {
      case 'vector':
        return selector(node)
      case 'matrix':
        return { ...node, vector: selector(node.vector) }
      case 'paren':
      case 'unary':
      case 'subquery':
        return { ...node, inner: walk(node.inner) }
      case 'call':
        return { ...node, args: node.args.map(walk) }
      case 'aggregation': {
        const { grouping } = node
        const there =
          grouping && ('by' in grouping ? { by: rest(grouping.by) } : { without: rest(grouping.without) })
        return { ...node, inner: walk(node.inner), ...(there ? { grouping: there } : {}) }
      }
      case 'binary': {
        const { matching } = node
        const on = matching.on ? { on: rest(matching.on) } : {}
        return { ...node, left: walk(node.left), right: walk(node.right), matching: { ...matching, ...on } }
      }
      default:
        return node
    }
  }
  const asked = walk(expression)
  return selectors > 0 && fitting === 0 ? undefined : printExpression(asked)
}
