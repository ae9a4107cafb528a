import { describe, expect, test } from 'vitest'
import { completionOf, listedPage, textOf } from './answer.ts'

describe('an answer of S3', () => {
  test('gives keys, sizes and where the next page begins', () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix></Prefix>
<IsTruncated>true</IsTruncated><NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=</NextContinuationToken>
<Contents><Key>a%2Fb.c</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>12</Size></Contents>
<Contents>
  <Key>z</Key><Size>0</Size></Contents></ListBucketResult>`
    expect(listedPage(xml)).toEqual({
      objects: [
        { key: 'a/b.c', sizeBytes: 12 },
        { key: 'z', sizeBytes: 0 },
      ],
      next: '1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=',
    })
    expect(listedPage('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>')).toEqual({
      objects: [],
      next: '',
    })
  })
  test('is told apart from anything else without harm', () => {
    expect(listedPage('<html>busy</html>')).toEqual({ objects: [], next: '' })
    expect(textOf('<Code>Slow&amp;Down&#x21;&#99999999;</Code>', 'Code')).toBe('Slow&Down!&#99999999;')
    expect(listedPage('<Contents><Key>%ZZ</Key></Contents>').objects[0]?.key).toBe('%ZZ')
  })
  test('names the parts in their order', () => {
    expect(completionOf(['"a"', '"b"'])).toContain(
      '<Part><PartNumber>2</PartNumber><ETag>&quot;b&quot;</ETag></Part>',
    )
  })
})
