// The page's own few words in Vietnamese and English, and the bot's time as people write it.
// What the bot says comes from the bot.

const WORDS = {
  vi: {
    title: "Trợ lý báo cáo",
    skip: "Đến ô nhập tin",
    log: "Cuộc trò chuyện",
    composer: "Soạn tin",
    message: "Tin nhắn",
    placeholder: "Nhập tin…",
    send: "Gửi",
    attach: "Gửi ảnh hoặc tệp",
    newest: "Tin mới",
    welcome: "Kính chào anh/chị",
    welcomeHow: "Gửi tin để bắt đầu. Nếu có mã tham gia, gõ /start kèm mã.",
    privacy:
      "Chỉ gửi số liệu tổng hợp, không gửi họ tên, số điện thoại, địa chỉ hay danh sách người.",
    starters: [["Nhập số liệu", "/baocao"], ["Tình trạng", "/trangthai"], ["Hướng dẫn", "/trogiup"]],
    connecting: "Đang kết nối…",
    lost: "Đang kết nối lại…",
    waitingToSend: (count) => `${count} tin chờ`,
    ready: "Đã kết nối",
    refused: "Chưa mở được cuộc trò chuyện. Xin tải lại trang.",
    me: "Anh/chị:",
    bot: "Trợ lý:",
    pending: "Chờ gửi",
    sent: "Đã gửi",
    failed: "Không gửi được",
    download: "Tải về",
    fullSize: "Mở hình cỡ lớn trong thẻ mới",
    choices: "Lựa chọn",
    kinds: { photo: "Ảnh", file: "Tệp", voice: "Ghi âm", sticker: "Nhãn dán" },
    notUploaded: (kind) => `${kind} (không tải lên)`,
    tooLong: (count) => `Tin dài ${count} ký tự, tối đa 4.000. Xin chia thành nhiều tin.`,
    unread: (count) => `(${count}) Trợ lý báo cáo`,
    otherLanguage: "EN",
    switchLanguage: "Switch to English",
    demo: "Bản dùng thử",
    persona: "Đóng vai",
    plusHour: "+1 giờ",
    plusDay: "+1 ngày",
    plusWeek: "+7 ngày",
    clockNow: (time) => `Giờ của bản dùng thử: ${time}`,
    notMoved: "Chưa chuyển được giờ. Xin thử lại.",
  },
  en: {
    title: "Report assistant",
    skip: "Go to the message box",
    log: "Conversation",
    composer: "Write a message",
    message: "Message",
    placeholder: "Message…",
    send: "Send",
    attach: "Send a photo or file",
    newest: "New message",
    welcome: "Welcome",
    welcomeHow: "Send a message to begin. If you have a join code, type /start and the code.",
    privacy: "Send totals only: never names, phone numbers, addresses or lists of people.",
    starters: [["Enter figures", "/baocao"], ["Status", "/trangthai"], ["Help", "/trogiup"]],
    connecting: "Connecting…",
    lost: "Reconnecting…",
    waitingToSend: (count) => `${count} waiting`,
    ready: "Connected",
    refused: "The conversation could not be opened. Please reload the page.",
    me: "You:",
    bot: "Assistant:",
    pending: "Waiting to be sent",
    sent: "Sent",
    failed: "Not sent",
    download: "Download",
    fullSize: "Open the picture full size in a new tab",
    choices: "Choices",
    kinds: { photo: "Photo", file: "File", voice: "Voice message", sticker: "Sticker" },
    notUploaded: (kind) => `${kind} (not uploaded)`,
    tooLong: (count) => `This message has ${count} characters; 4,000 fit. Please split it.`,
    unread: (count) => `(${count}) Report assistant`,
    otherLanguage: "VI",
    switchLanguage: "Chuyển sang tiếng Việt",
    demo: "Demo",
    persona: "Play",
    plusHour: "+1 hour",
    plusDay: "+1 day",
    plusWeek: "+7 days",
    clockNow: (time) => `The demo's time: ${time}`,
    notMoved: "The clock did not move. Please try again.",
  },
};

const ZONE = "Asia/Ho_Chi_Minh";
const KEY = "baocao/language";

let language = "vi";
let ahead = null;

try {
  language = localStorage.getItem(KEY) in WORDS ? localStorage.getItem(KEY) : "vi";
} catch {
  // Storage may be forbidden; the page then starts in Vietnamese each time.
}

export function word(key, ...args) {
  const found = WORDS[language][key];
  return typeof found === "function" ? found(...args) : found;
}

export function switchLanguage() {
  language = language === "vi" ? "en" : "vi";
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // The choice then lasts until the page is closed.
  }
}

export function putWords(root = document) {
  document.documentElement.lang = language;
  document.title = word("title");
  for (const node of root.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of root.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", word(node.dataset.label));
  }
  for (const node of root.querySelectorAll("[data-placeholder]")) {
    node.placeholder = word(node.dataset.placeholder);
  }
}

// The bot's clock counts, not the phone's: phones are set wrong, and the demo's clock is moved.
export function setNow(iso) {
  ahead = Date.parse(iso) - Date.now();
}

export function now() {
  return new Date(Date.now() + (ahead ?? 0));
}

export function toldTime() {
  return ahead !== null;
}

export function timeOf(moment) {
  return write(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function dayOf(moment) {
  return write(moment, { weekday: "long", day: "numeric", month: "numeric", year: "numeric" });
}

export function dateOf(moment) {
  return write(moment, { day: "numeric", month: "numeric", year: "numeric" });
}

function write(moment, style) {
  const locale = language === "vi" ? "vi-VN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...style }).format(new Date(moment));
}
