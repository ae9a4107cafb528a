import { describe, expect, it } from 'vitest'
import { parseRunbook } from './runbook-document.ts'
import { RunbookLibrary } from './runbook-library.ts'

const good = `id: a
name: A
match: {}
steps:
  - { name: Ask, type: http, method: POST, url: 'http://h/{{service}}' }
`
const problemsOf = (text: string): string[] => {
  const parsed = parseRunbook(text, '30m')
  return 'problems' in parsed ? parsed.problems : []
}

describe('a runbook document', () => {
  it('is read with defaults, the approval timeout from the configuration', () => {
    const parsed = parseRunbook(good, '7m')
    expect(parsed).toMatchObject({
      runbook: {
        id: 'a',
        version: 1,
        approval: { required: true, timeout: '7m' },
        verify: { hold: '10s', within: '60s' },
        rollback: [],
      },
    })
    expect(parseRunbook(`${good}approval: { timeout: 2m }\n`, '7m')).toMatchObject({
      runbook: { approval: { timeout: '2m', required: true } },
    })
  })

  it.each([
    ['a misspelt key', `${good}rolback: []\n`, 'line 6: rolback: is no setting here'],
    [
      'a misspelt key of a step',
      good.replace('method', 'methood'),
      'line 5: steps.0.methood: is no setting here',
    ],
    ['an unknown type of step', good.replace('type: http', 'type: script'), 'line 5: steps.0.type'],
    ['a bad duration', `${good}verify: { within: soon }\n`, 'line 6: verify.within: a duration such as'],
    [
      'a hold longer than within',
      `${good}verify: { hold: 2m, within: 1m }\n`,
      'cannot be longer than within',
    ],
    ['a verification of nothing', `${good}verify: { anomalies_ended: false }\n`, 'verifies nothing'],
    ['a retry without bounds', good.replace("' }", "', on_failure: RETRY }"), 'RETRY needs retry'],
    [
      'a header that the client sets',
      good.replace("' }", "', headers: { Host: evil } }"),
      'set by the platform itself',
    ],
    [
      'a header name with a line break',
      good.replace("' }", '\', headers: { "a\\r\\nb": c } }'),
      'is no header name',
    ],
    [
      'a condition without a bound',
      `${good}verify: { conditions: [{ metric: m, op: '<' }] }\n`,
      'give either value or times_baseline',
    ],
    ['a wait of years', good.replace(/- .*/, '- { name: W, type: wait, duration: 3y }'), 'longer than'],
    ['no steps', `${good.split('steps:')[0]}steps: []\n`, 'steps'],
    ['broken YAML', 'a: [', 'at line 1'],
    ['two documents', `${good}---\n${good}`, 'multiple documents'],
    ['a duplicated key', `${good}name: B\n`, 'unique'],
    ['nothing', '', 'the document'],
    ['a list', '- a\n', 'the document'],
    ['deep nesting', '['.repeat(20_000), 'at line 1'],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`).join('\n')}`,
      'alias',
    ],
  ])('with %s is refused in words that help', (_, text, words) => {
    expect(problemsOf(text).join('\n')).toContain(words)
  })

  it('with __proto__ keys changes no prototype', () => {
    const text = good
      .replace("' }", "', body: { __proto__: { polluted: yes } }, headers: { __proto__: x } }")
      .replace('match: {}', 'match: {}\nparameters: { __proto__: { a: b } }')
    parseRunbook(text, '30m')
    problemsOf('__proto__: { polluted: yes }\n')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('the library', () => {
  it('keeps the good beside the bad, and names both files of a duplicate', async () => {
    const files = [
      { file: '1.yaml', text: good },
      { file: '2.yaml', text: 'id: [' },
      { file: '3.yaml', text: good },
      { file: '4.yaml', text: good.replace('id: a', 'id: b') },
      { file: '5.yaml', text: '', problem: 'too large' },
    ]
    const library = new RunbookLibrary({ load: async () => files }, '30m')
    expect(await library.reload()).toBe(true)
    expect(library.current.runbooks.map((runbook) => runbook.id)).toEqual(['a', 'b'])
    expect(library.current.problems.map(({ file }) => file)).toEqual(['2.yaml', '3.yaml', '5.yaml'])
    expect(library.current.problems[1]?.message).toContain('1.yaml')
    expect(await library.reload()).toBe(false)
  })

  it('keeps what it knew when the source fails, and says so', async () => {
    let fails = false
    const library = new RunbookLibrary(
      {
        load: () =>
          fails ? Promise.reject(new Error('no disk')) : Promise.resolve([{ file: '1.yaml', text: good }]),
      },
      '30m',
    )
    await library.reload()
    fails = true
    await library.reload()
    expect(library.current).toMatchObject({
      runbooks: [{ id: 'a' }],
      problems: [{ message: expect.stringContaining('no disk') }],
    })
    fails = false
    expect(await library.reload()).toBe(true)
    expect(library.current.problems).toEqual([])
  })
})
