import { describe, expect, it } from 'vitest'
import { matcherText, readMatchers } from './matcher-text.ts'

describe('matchers as people write them', () => {
  it('are read one a line, with quotes or without', () => {
    const { matchers } = readMatchers('alertname="Down"\n\n service.name=~cart|front \nenv!="a \\"b\\""')
    expect(matchers.map(matcherText)).toEqual([
      'alertname="Down"',
      'service.name=~"cart|front"',
      'env!="a \\"b\\""',
    ])
  })

  it('name the line that is none', () => {
    expect(readMatchers('a=b\ndown').problem).toContain('“down”')
  })
})
