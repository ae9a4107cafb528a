import { describe, expect, it } from 'vitest'
import { fileBytesMax, readTextFile } from './text-file.ts'

const file = (parts: BlobPart[], name: string, type = ''): File => new File(parts, name, { type })

describe('text file', () => {
  it('takes text of any name; a type that is not for text goes as plain text', async () => {
    expect(await readTextFile(file(['a: 1\n'], 'pod.yaml', 'application/yaml'), 'k')).toMatchObject({
      ...{ name: 'pod.yaml', mediaType: 'application/yaml', text: 'a: 1\n', sizeBytes: 5 },
    })
    expect(await readTextFile(file(['x'], 'x.log', 'application/octet-stream'), 'k')).toMatchObject({
      mediaType: 'text/plain',
    })
  })

  it('refuses what is no text, is empty or too large, and says which file', async () => {
    const refused = [
      file([new Uint8Array([0xff, 0xd8, 0xff])], 'photo.jpg', 'image/jpeg'),
      file(['a\0b'], 'core'),
      file([], 'nothing.txt'),
      file(['x'.repeat(fileBytesMax + 1)], 'huge.log'),
    ]
    for (const one of refused)
      expect(await readTextFile(one, 'k')).toMatchObject({ refused: expect.stringContaining(one.name) })
  })
})
