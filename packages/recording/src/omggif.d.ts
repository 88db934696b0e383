/** The part of omggif that tests use; the package has no types of its own. */
declare module 'omggif' {
  const omggif: {
    GifReader: new (file: Uint8Array) => {
      readonly width: number;
      readonly height: number;
      numFrames(): number;
      /** Delay in hundredths of a second. */
      frameInfo(index: number): { readonly delay: number };
      decodeAndBlitFrameRGBA(index: number, pixels: Uint8Array): void;
    };
  };
  export = omggif;
}
