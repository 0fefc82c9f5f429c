// A scene's page: the drawing moves by CSS animations of one length; this sets their time.

class Scene {
  constructor(root, motion) {
    this.root = root;
    this.steps = JSON.parse(this.find(".told").textContent);
    this.last = this.steps.length - 1;
    motion.media = "screen";
    this.moves = this.find("svg").getAnimations({ subtree: true });
    // The times of keyframes are rounded to a hundredth of a percent: a step ends just before.
    const early = this.moves.length ? this.moves[0].effect.getTiming().duration / 1000 / 20_000 : 0;
    for (const step of this.steps) step.end -= early;
    this.find(".scrub").max = this.last;
    this.step = 0;
    this.isMoving = false;
    this.isPlaying = false;
    this.show(0);
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  // ---- time

  seek(seconds) {
    for (const move of this.moves) {
      move.pause();
      move.currentTime = 1000 * seconds;
    }
  }

  // What is there at the end of a step.
  show(step) {
    this.halt();
    this.name(step);
    this.seek(this.steps[step].end);
  }

  // From the end of the step before to that of this one, as the film goes.
  move(step) {
    this.halt();
    this.name(step);
    const begin = step ? this.steps[step - 1].end : 0;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches || !this.moves.length) {
      return this.stand(step, this.steps[step].end - begin);
    }
    this.seek(begin);
    for (const move of this.moves) move.play();
    this.isMoving = true;
    const turn = ++this.turn;
    const watch = () => {
      if (turn !== this.turn) return;
      if (this.moves[0].currentTime >= 1000 * this.steps[step].end) this.arrive(step);
      else requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
  }

  turn = 0;

  // Where motion isn't wanted a step stands there for as long as it takes.
  stand(step, seconds) {
    this.seek(this.steps[step].end);
    if (this.isPlaying) this.timer = setTimeout(() => this.arrive(step), 1000 * seconds);
  }

  arrive(step) {
    this.seek(this.steps[step].end);
    this.isMoving = false;
    if (this.isPlaying && step < this.last) this.move(step + 1);
    else this.pause();
  }

  halt() {
    this.turn += 1;
    this.isMoving = false;
    clearTimeout(this.timer);
  }

  // ---- what the person does

  by(count) {
    const wasMoving = this.isMoving;
    this.pause();
    const step = Math.max(0, Math.min(this.last, this.step + count));
    if (count === 1 && step !== this.step && !wasMoving) this.move(step);
    else this.show(count === 1 && wasMoving ? this.step : step);
  }

  jump(step) {
    this.pause();
    this.show(step);
  }

  play() {
    if (this.isPlaying) {
      this.pause();
      return this.show(this.step);
    }
    this.isPlaying = true;
    this.label("pause");
    return this.move(this.step === this.last ? 0 : this.step + 1);
  }

  pause() {
    this.isPlaying = false;
    this.halt();
    this.label("play");
  }

  label(state) {
    const button = this.find(".play");
    button.setAttribute("aria-label", state);
    button.dataset.state = state;
  }

  name(step) {
    this.step = step;
    const { caption, narration } = this.steps[step];
    this.find(".live[role]").textContent = caption;
    this.find(".narration").textContent = narration;
    const scrub = this.find(".scrub");
    scrub.value = step;
    scrub.setAttribute("aria-valuetext", `${step + 1} of ${this.steps.length}`);
    this.find(".count").textContent = `${step + 1} / ${this.steps.length}`;
  }
}

const BUTTONS = {
  ".first": (scene) => scene.by(-Infinity),
  ".former": (scene) => scene.by(-1),
  ".play": (scene) => scene.play(),
  ".next": (scene) => scene.by(1),
  ".last": (scene) => scene.by(Infinity),
};

const PRESSES = {
  Home: BUTTONS[".first"],
  ArrowLeft: BUTTONS[".former"],
  " ": BUTTONS[".play"],
  ArrowRight: BUTTONS[".next"],
  End: BUTTONS[".last"],
};

const scene = new Scene(document.querySelector(".autoviz.scene"), document.querySelector("style.motion"));
for (const [name, what] of Object.entries(BUTTONS)) {
  scene.find(name).addEventListener("click", () => what(scene));
}
scene.find(".scrub").addEventListener("input", ({ target }) => scene.jump(Number(target.value)));
document.addEventListener("keydown", (event) => {
  const what = PRESSES[event.key];
  const isOther = event.ctrlKey || event.metaKey || event.altKey;
  if (!what || isOther || (event.key === " " && event.target.matches("button"))) return;
  event.preventDefault();
  what(scene);
});
