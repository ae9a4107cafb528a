import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calendarOf, folded, icsText } from './calendar.ts'
import { atomFeed, rssFeed } from './feed.ts'
import { at, incidentId, sampleIncident } from './incident.suite.ts'
import { csvCell, incidentCsvHead, incidentCsvRow } from './incident-csv.ts'
import { child, readXml } from './xml-reader.suite.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '<b>',
        '&amp;',
        '"',
        ',',
        ';',
        '\\',
        '\r\n',
        '\u0000',
        '\u0007',
        '\ud800',
        '\u202e',
        ']]>',
        '=1+1',
        '@x',
        '😀',
        'END:VEVENT',
        "'",
      ),
    )
    .map((parts) => parts.join('')),
)

/** RFC 4180 by the letter: CRLF between records, quotes doubled within quotes. */
function readCsv(text: string): string[][] {
  expect(text.endsWith('\r\n')).toBe(true)
  const rows: string[][] = [[]]
  const token = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  while (token.lastIndex < text.length) {
    const found = token.exec(text)
    if (!found) throw new Error('no record of RFC 4180')
    rows.at(-1)!.push(found[1]?.replaceAll('""', '"') ?? found[2]!)
    if (found[3] === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

describe('CSV', () => {
  test('is read back cell by cell, and no cell begins a formula, whatever it holds', () => {
    fc.assert(
      fc.property(anyText, anyText, (title, assigned_to) => {
        const [head, row] = readCsv(
          incidentCsvHead +
            incidentCsvRow(sampleIncident('x', { title, assigned_to }), 'https://aiops.example'),
        )
        expect(row).toHaveLength(head!.length)
        for (const cell of row!) expect(cell).not.toMatch(/^\s*[=+\-@\t\r]/)
        expect(row![head!.indexOf('number')]).toBe('12')
      }),
      { numRuns: 200 },
    )
  })
  test.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['-2+3', `"'-2+3"`],
    [' @SUM(A1)', `"'@SUM(A1)"`],
    ['"=1"', `"'""=1"""`],
    ['＝1', `"'＝1"`],
    ['plain, text', '"plain, text"'],
    ['a\r\nb', '"a b"'],
    [-5, '-5'],
    [null, ''],
  ])('writes %j as %s', (value, cell) => {
    expect(csvCell(value)).toBe(cell)
  })
})

describe('feeds', () => {
  const feed = (title: string) => ({
    incidents: [sampleIncident(title)],
    url: 'https://aiops.example',
    tenant: 'a&b',
    now: at(90),
  })
  test('are well-formed XML whose text makes no element, whatever a title holds', () => {
    fc.assert(
      fc.property(anyText, (title) => {
        const rss = child(readXml(rssFeed(feed(title))), 'channel')
        expect(rss.children.filter(({ name }) => name === 'item')).toHaveLength(1)
        expect(child(child(rss, 'item'), 'title').text).toMatch(/^INC-12 HIGH RESOLVED: payments:/)
        const entry = child(readXml(atomFeed(feed(title))), 'entry')
        for (const element of [child(rss, 'item'), entry])
          for (const { text, children } of element.children)
            expect([/[<>]/.test(text), children.length]).toEqual([false, 0])
      }),
      { numRuns: 100 },
    )
  })
  test('have what RSS 2.0 and RFC 4287 ask for', () => {
    const channel = child(readXml(rssFeed(feed('x'))), 'channel')
    for (const name of ['title', 'link', 'description']) expect(child(channel, name).text).not.toBe('')
    expect(child(channel, 'title').text).toBe('Incidents of a&b')
    const item = child(channel, 'item')
    expect(child(item, 'guid')).toMatchObject({
      attributes: { isPermaLink: 'false' },
      text: `urn:uuid:${incidentId}`,
    })
    expect(child(item, 'pubDate').text).toBe('Sun, 01 Mar 2026 10:02:00 +0000')
    expect(child(item, 'link').text).toBe('https://aiops.example/incidents/12')
    const atom = readXml(atomFeed(feed('x')))
    expect(child(atom, 'updated').text).toBe(at(30))
    expect(child(child(atom, 'author'), 'name').text).toBe('AIOps NextGen')
    for (const name of ['id', 'title', 'updated', 'published', 'summary'])
      expect(child(child(atom, 'entry'), name).text).not.toBe('')
    expect(child(child(atom, 'entry'), 'link').attributes.href).toBe('https://aiops.example/incidents/12')
    expect(child(child(atom, 'entry'), 'summary').text).toContain('Likeliest cause (75 %): x')
  })
  test('of no incident are feeds all the same', () => {
    const none = { ...feed('x'), incidents: [] }
    expect(child(child(readXml(rssFeed(none)), 'channel'), 'lastBuildDate').text).toBe(
      'Sun, 01 Mar 2026 11:30:00 +0000',
    )
    expect(child(readXml(atomFeed(none)), 'updated').text).toBe(at(90))
  })
})

/** RFC 5545 by the letter: unfolded lines of `NAME;PARAMETER:VALUE`, components that nest. */
function readCalendar(text: string): { name: string; value: string }[] {
  expect(text.endsWith('\r\n')).toBe(true)
  const lines = text.slice(0, -2).split('\r\n')
  for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  const open: string[] = []
  const read = lines
    .join('\r\n')
    .replaceAll('\r\n ', '')
    .split('\r\n')
    .map((line) => {
      const [, name, value] = /^([A-Z][A-Z-]*)(?:;[A-Z-]+=[^:;"]+)*:([^\p{Cc}]*)$/u.exec(line) ?? []
      if (name === undefined || value === undefined)
        throw new Error(`no content line: ${JSON.stringify(line)}`)
      if (name === 'BEGIN') open.push(value)
      if (name === 'END' && open.pop() !== value) throw new Error(`END:${value} closes nothing`)
      return { name, value }
    })
  expect(open).toEqual([])
  return read
}
const unescaped = (value: string): string =>
  value.replace(/\\([\\;,n])/g, (_, sign) => (sign === 'n' ? '\n' : sign))

describe('iCalendar', () => {
  const entry = (summary: string) => ({
    ...{
      uid: 'w1-1@aiops-nextgen',
      starts_at: at(0),
      ends_at: at(60),
      updated_at: at(-60),
      category: 'MAINTENANCE' as const,
    },
    ...{ summary, description: [summary, 'By ana.'], url: 'https://aiops.example/silences' },
  })
  test('is read back line by line, whatever a window is called', () => {
    fc.assert(
      fc.property(anyText, (summary) => {
        const lines = readCalendar(calendarOf([entry(summary), entry('x')], summary))
        expect(lines.filter(({ name, value }) => name === 'BEGIN' && value === 'VEVENT')).toHaveLength(2)
        expect(lines.filter(({ name }) => name === 'SUMMARY')).toHaveLength(2)
        const described = lines.find(({ name }) => name === 'DESCRIPTION')!.value
        expect(unescaped(described).split('\n')).toHaveLength(2)
        for (const { name, value } of lines)
          if (name === 'SUMMARY') expect(value.replace(/\\[\\;,]/g, '')).not.toMatch(/[\\;,]/)
      }),
      { numRuns: 150 },
    )
  })
  test('has what RFC 5545 asks for of an event, in UTC', () => {
    const lines = readCalendar(calendarOf([entry('Patch night')], 'Maintenance'))
    const value = (name: string): string | undefined => lines.find((line) => line.name === name)?.value
    expect(lines.slice(0, 3)).toMatchObject([
      { value: 'VCALENDAR' },
      { name: 'VERSION', value: '2.0' },
      { name: 'PRODID' },
    ])
    expect([value('DTSTART'), value('DTEND'), value('DTSTAMP')]).toEqual([
      '20260301T100000Z',
      '20260301T110000Z',
      '20260301T090000Z',
    ])
    expect([value('UID'), value('TRANSP'), value('CATEGORIES')]).toEqual([
      'w1-1@aiops-nextgen',
      'TRANSPARENT',
      'MAINTENANCE',
    ])
  })
  test('long lines are folded between characters, never within one', () => {
    const text = '😀ä'.repeat(60)
    expect(
      folded(text)
        .split('\r\n')
        .map((line) => Buffer.byteLength(line) <= 75),
    ).not.toContain(false)
    expect(folded(text).replaceAll('\r\n ', '')).toBe(text)
    expect(icsText('a;b,c\\d\ne')).toBe('a\\;b\\,c\\\\d e')
  })
})
