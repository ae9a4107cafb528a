/** The smallest picture and the smallest sound that are valid: a red pixel, and a WAVE file with no samples. */
export const redPixelPng =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
export const silentWav = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA='

export const text = (words: string) => ({ type: 'text' as const, text: words })
export const said = (words: string) => ({ content: [text(words)] })
export const image = { type: 'image' as const, data: redPixelPng, mimeType: 'image/png' }
