package ui

// IconName is the name of a symbol in the sprite.
type IconName string

// The icons of the sprite: the same names as static/src/icons.txt, which a test compares.
const (
	IconAlertOne          IconName = "alert-one"
	IconAlertTwo          IconName = "alert-two"
	IconArchive           IconName = "archive"
	IconArrowDown         IconName = "arrow-down"
	IconArrowLeft         IconName = "arrow-left"
	IconArrowRight        IconName = "arrow-right"
	IconBell              IconName = "bell"
	IconBookOpen          IconName = "book-open"
	IconBot               IconName = "bot"
	IconBuilding2         IconName = "building-2"
	IconCalendarClock     IconName = "calendar-clock"
	IconChartNoAxesColumn IconName = "chart-no-axes-column"
	IconCheck             IconName = "check"
	IconCheckCheck        IconName = "check-check"
	IconChevronDown       IconName = "chevron-down"
	IconChevronLeft       IconName = "chevron-left"
	IconChevronRight      IconName = "chevron-right"
	IconCircle            IconName = "circle"
	IconCircleCheck       IconName = "circle-check"
	IconCircleHelp        IconName = "circle-help"
	IconCircleX           IconName = "circle-x"
	IconClipboardList     IconName = "clipboard-list"
	IconClock             IconName = "clock"
	IconCopy              IconName = "copy"
	IconDownload          IconName = "download"
	IconEllipsis          IconName = "ellipsis"
	IconEllipsisVertical  IconName = "ellipsis-vertical"
	IconEye               IconName = "eye"
	IconFileText          IconName = "file-text"
	IconFilter            IconName = "filter"
	IconGauge             IconName = "gauge"
	IconGitBranch         IconName = "git-branch"
	IconHistory           IconName = "history"
	IconHourglass         IconName = "hourglass"
	IconInbox             IconName = "inbox"
	IconInfo              IconName = "info"
	IconKeyRound          IconName = "key-round"
	IconLayers            IconName = "layers"
	IconLogOut            IconName = "log-out"
	IconMail              IconName = "mail"
	IconMenu              IconName = "menu"
	IconMessageCircle     IconName = "message-circle"
	IconMessageSquareText IconName = "message-square-text"
	IconMonitor           IconName = "monitor"
	IconMoon              IconName = "moon"
	IconPause             IconName = "pause"
	IconPencil            IconName = "pencil"
	IconPhone             IconName = "phone"
	IconPlay              IconName = "play"
	IconPlus              IconName = "plus"
	IconPower             IconName = "power"
	IconRadioTower        IconName = "radio-tower"
	IconRefreshCw         IconName = "refresh-cw"
	IconSearch            IconName = "search"
	IconSend              IconName = "send"
	IconSettings          IconName = "settings"
	IconLock              IconName = "lock"
	IconShieldCheck       IconName = "shield-check"
	IconShuffle           IconName = "shuffle"
	IconSnooze            IconName = "snooze"
	IconSplit             IconName = "split"
	IconStore             IconName = "store"
	IconSun               IconName = "sun"
	IconTimer             IconName = "timer"
	IconTrash             IconName = "trash"
	IconUndo2             IconName = "undo-2"
	IconUser              IconName = "user"
	IconUserCheck         IconName = "user-check"
	IconUserPlus          IconName = "user-plus"
	IconUsers             IconName = "users"
	IconWifiOff           IconName = "wifi-off"
	IconWorkflow          IconName = "workflow"
	IconX                 IconName = "x"
	IconZap               IconName = "zap"
)

// Icons lists every icon of the sprite in the order of static/src/icons.txt.
var Icons = []IconName{
	IconAlertOne, IconAlertTwo, IconArchive, IconArrowDown, IconArrowLeft,
	IconArrowRight, IconBell, IconBookOpen, IconBot, IconBuilding2,
	IconCalendarClock, IconChartNoAxesColumn, IconCheck, IconCheckCheck, IconChevronDown,
	IconChevronLeft, IconChevronRight, IconCircle, IconCircleCheck, IconCircleHelp,
	IconCircleX, IconClipboardList, IconClock, IconCopy, IconDownload,
	IconEllipsis, IconEllipsisVertical, IconEye, IconFileText, IconFilter,
	IconGauge, IconGitBranch, IconHistory, IconHourglass, IconInbox, IconInfo,
	IconKeyRound, IconLayers, IconLock, IconLogOut, IconMail,
	IconMenu, IconMessageCircle, IconMessageSquareText, IconMonitor, IconMoon,
	IconPause, IconPencil, IconPhone, IconPlay, IconPlus,
	IconPower, IconRadioTower, IconRefreshCw, IconSearch, IconSend,
	IconSettings, IconShieldCheck, IconShuffle, IconSnooze, IconSplit,
	IconStore, IconSun, IconTimer, IconTrash, IconUndo2,
	IconUser, IconUserCheck, IconUserPlus, IconUsers, IconWifiOff,
	IconWorkflow, IconX, IconZap,
}

func iconOr(name, otherwise IconName) IconName {
	if name == "" {
		return otherwise
	}
	return name
}
