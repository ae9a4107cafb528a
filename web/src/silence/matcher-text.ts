import type { Matcher } from '@aiops/contract/model/label'

/** name · operator · value; quotes around the value may be left out. */
const form = /^\s*([^\s=!~"]+)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^"]*?))\s*$/

/** One matcher a line, as Alertmanager writes them; `problem` names the first line that is none. */
export function readMatchers(text: string): { matchers: Matcher[]; problem?: string } {
  const matchers: Matcher[] = []
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const found = form.exec(line)
    if (!found)
      return { matchers, problem: `“${line.trim().slice(0, 60)}” is not a matcher such as service="cart"` }
    const [, name = '', op, quoted, bare] = found
    const value = quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/g, '$1')
    matchers.push({ name, op: op as Matcher['op'], value })
  }
  return { matchers }
}

export const matcherText = ({ name, op, value }: Matcher): string => `${name}${op}${JSON.stringify(value)}`
