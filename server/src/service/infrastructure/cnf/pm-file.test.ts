import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atOnce } from '../../../kernel/stepwise.ts'
import { parsePmFile, pmSamples, secondsOf } from './pm-file.ts'

const read = (xml: string) => atOnce(parsePmFile(xml))

const file = `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="MeasDataCollection.xsl"?>
<measCollecFile xmlns="http://www.3gpp.org/ftp/specs/archive/32_series/32.435#measCollec">
  <!-- one period -->
  <fileHeader fileFormatVersion="32.435 V10.0" vendorName="A &amp; B">
    <fileSender localDn="SubNetwork=1,ManagedElement=du-1"/><measCollec beginTime="2026-01-01T00:00:00+00:00"/>
  </fileHeader>
  <measData><managedElement localDn="ManagedElement=du-1"/>
    <measInfo measInfoId="rrc"><granPeriod duration="PT900S" endTime="2026-01-01T00:15:00Z"/>
      <repPeriod duration="PT900S"/>
      <measTypes>RRC.ConnEstabAtt.sum RRC.ConnEstabSucc.sum RRU.PrbTotDl</measTypes>
      <measValue measObjLdn="GNBDUFunction=1,NRCellDU=7"><measResults>200 150 NIL</measResults></measValue>
      <measValue measObjLdn="GNBDUFunction=1,NRCellDU=8"><measResults>9 9 40.5</measResults><suspect>true</suspect></measValue>
    </measInfo>
    <measInfo><granPeriod duration="PT15M" endTime="2026-01-01T00:15:00Z"/>
      <measType p="1">RX_LATE</measType><measType p="2">RX_ON_TIME</measType>
      <measValue measObjLdn="RU=3"><r p="2">100000</r><r p="1">17</r></measValue>
    </measInfo>
  </measData>
  <fileFooter><measCollec endTime="2026-01-01T00:15:00Z"/></fileFooter>
</measCollecFile>`

describe('a report of TS 32.435', () => {
  test('is read with results as a list and one by one', () => {
    const { vendor, sender, beginMs, measurements } = read(file)
    expect({ vendor, sender, beginMs }).toEqual({
      ...{ vendor: 'A & B', sender: 'SubNetwork=1,ManagedElement=du-1' },
      beginMs: Date.UTC(2026, 0, 1),
    })
    expect(
      measurements.map(({ object, granularitySeconds, suspect }) => [object, granularitySeconds, suspect]),
    ).toEqual([
      ['GNBDUFunction=1,NRCellDU=7', 900, false],
      ['GNBDUFunction=1,NRCellDU=8', 900, true],
      ['RU=3', 900, false],
    ])
    // What could not be measured is absent and no zero.
    expect([...measurements[0]!.values]).toEqual([
      ['RRC.ConnEstabAtt.sum', 200],
      ['RRC.ConnEstabSucc.sum', 150],
    ])
    expect(measurements[2]?.values.get('RX_LATE')).toBe(17)
  })

  test('gives samples under the names that are known, without those that the sender doubts', () => {
    const samples = pmSamples(read(file))
    expect(samples.map(({ labels, value }) => [labels.__name__, labels.object, value])).toEqual([
      ['pm_rrc_connestabatt', 'GNBDUFunction=1,NRCellDU=7', 200],
      ['pm_rrc_connestabsucc', 'GNBDUFunction=1,NRCellDU=7', 150],
      ['pm_rx_on_time', 'RU=3', 100_000],
      ['pm_rx_late', 'RU=3', 17],
    ])
    expect(samples[0]?.labels.granularity_period_seconds).toBe('900')
  })
})

describe('hostile XML', () => {
  const root = (inner: string) => `<measCollecFile>${inner}</measCollecFile>`
  test.each([
    ['<!DOCTYPE a [<!ENTITY x "xx">]><measCollecFile/>', 'document type'],
    ['<!ENTITY x SYSTEM "file:///etc/passwd"><measCollecFile/>', 'document type'],
    [root('<a>&xxe;</a>'), 'entities are not accepted'],
    [root('<a>&#0;</a>'), 'a character that there is not'],
    [root('<a b="1"'), 'broken tag'],
    [root('<a>'), 'closes "measCollecFile" where it is not open'],
    ['<measCollecFile>', 'is closed'],
    ['<measCollecFile><!-- ', 'within a comment'],
    [root('<a>'.repeat(40)), 'nested deeper'],
    [root(`<a ${Array.from({ length: 80 }, (_, i) => `a${i}="1"`).join(' ')}/>`), 'more than 64 attributes'],
    [root(`<${'a'.repeat(1_000)}/>`), '256 characters'],
    ['<html/>', 'no measCollecFile'],
    ['', 'no measCollecFile'],
    ['plain', 'outside of its elements'],
  ])('%s is refused with a sentence', (xml, sentence) => {
    expect(() => read(xml)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringContaining(sentence) }),
    )
  })

  test('names of JavaScript’s own are names like others', () => {
    const xml = file.replaceAll('RRC.ConnEstabAtt.sum', '__proto__').replaceAll('RX_LATE', 'constructor')
    expect(read(xml).measurements[0]?.values.get('__proto__')).toBe(200)
    expect(pmSamples(read(xml)).map(({ labels }) => labels.__name__)).toEqual([
      'pm_rrc_connestabsucc',
      'pm_rx_on_time',
    ])
  })

  test('any text is read or refused in a sentence', () => {
    const piece = fc.constantFrom(
      '<a>',
      '</a>',
      '<a',
      '&',
      '&lt;',
      '&#65;',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '"',
      "'",
      '=',
      ' ',
      'x',
      '\u0000',
      '/>',
      '>',
      '<measValue>',
      '</measValue>',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 60 }), (pieces) => {
        try {
          read(`<measCollecFile>${pieces.join('')}</measCollecFile>`)
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_REQUEST' })
        }
      }),
    )
  })
})

test('durations of XML Schema', () => {
  expect(['PT900S', 'PT15M', 'PT1H', 'P1DT1S', 'P1M', '15', '', 'PT'].map(secondsOf)).toEqual([
    900, 900, 3_600, 86_401, 0, 0, 0, 0,
  ])
})
