const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
Reveal.initialize({
  width: SIZE[0],
  height: SIZE[1],
  margin: MARGIN,
  center: false,
  hash: true,
  slideNumber: 'c/t',
  transition: still ? 'none' : 'fade',
  transitionSpeed: 'fast',
  plugins: [RevealNotes],
});
