/** Where text and lines go: pdfkit's document at its current page. */
export type Page = PDFKit.PDFDocument
